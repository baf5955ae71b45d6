//! Files of accounts that are anything but what was exported: cut, changed, sealed for others, or
//! sealed well and full of nonsense. None of them changes a vault.
//!
//! Not here: files that are whole (`moves`).

use crate::moves::{
    MOST, counts, export, file, files, import, now, picture, plain, practice_at, seal, secret, sign_in, vault,
};
use drawbridge_domain::Clock as _;
use drawbridge_keeper::{Code, dto::ImportAccounts};
use drawbridge_testkit::forge::TokenKind;
use serde_json::json;
use std::{fs, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_whole_changes_nothing() {
    let clock = now();
    let practice = practice_at(&clock, 10);
    let (home, away) = (vault(&clock).await, vault(&clock).await);
    home.add_client(&practice).await;
    sign_in(&home, &practice).await;
    let path = file(&home, "accounts.age");
    export(&home, &path, true).await.expect("written");
    let whole = fs::read(&path).expect("read");
    let before = picture(&away).await;
    let bad = away.folder.around().join("out.age");
    fs::write(&bad, "").expect("written");
    let before = before.replace(&format!("{} files", files(&away) - 1), &format!("{} files", files(&away)));
    let refused = async |content: &[u8], why: &str| {
        fs::write(&bad, content).expect("written");
        match import(&away, &bad).await {
            Ok(done) => panic!("{why}: taken: {}", done.sentence),
            Err(problem) => problem,
        }
    };

    let wrong = ImportAccounts { path: path.display().to_string(), passphrase: secret("nine herons") };
    let problem = away.keeper.accounts_import(wrong).await.expect_err("wrong");
    assert_eq!(problem.code, Code::WrongPassphrase, "{}", problem.message);

    // The header, its end, and the beginning of the content are near each other; the rest is blocks of 64 KiB.
    let step = whole.len() / 25;
    let cuts = (0..220).step_by(11).chain((0..whole.len()).step_by(step)).chain([whole.len() - 1, whole.len() - 17]);
    for length in cuts {
        refused(&whole[..length], &format!("cut off after {length} bytes")).await;
    }
    let mut longer = whole.clone();
    longer.push(b' ');
    refused(&longer, "one byte more").await;
    let step = whole.len() / 100;
    for at in (0..220).step_by(2).chain((220..whole.len()).step_by(step)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        let problem = refused(&bytes, &format!("byte {at} flipped")).await;
        assert!(matches!(problem.code, Code::InvalidInput | Code::WrongPassphrase), "byte {at}: {problem:?}");
    }
    assert_eq!(picture(&away).await, before, "nothing was changed");

    // The work is what the file says: one that asks for too much is refused before any is done.
    let text = String::from_utf8_lossy(&whole[..100]).into_owned();
    let line = text.lines().nth(1).expect("a stanza").to_owned();
    let forged = format!("{} 30", line.rsplit_once(' ').expect("a factor").0);
    let begun = std::time::Instant::now();
    let mut bytes = whole.clone();
    bytes.splice(22..22 + line.len(), forged.into_bytes());
    let problem = refused(&bytes, "a forged work factor").await;
    assert!(problem.message.contains("work") && begun.elapsed() < Duration::from_secs(5), "{problem:?}");

    for (content, word) in [
        (&b"not an age file"[..], "not a file of exported accounts"),
        (b"", "not a file of exported accounts"),
        (b"age-encryption.org/v7\n-> x\n\n--- x\n", "newer way"),
        (&vec![b'x'; usize::try_from(MOST).expect("small") + 1], "too large"),
    ] {
        let problem = refused(content, word).await;
        assert!(problem.message.contains(word), "{}", problem.message);
    }
    fs::remove_file(&bad).expect("removed");
    let problem = import(&away, &bad).await.expect_err("no file");
    assert!(problem.message.contains("no file"), "{}", problem.message);
    let problem = import(&away, away.folder.around()).await.expect_err("a folder");
    assert_eq!(problem.code, Code::InvalidInput, "{}", problem.message);
    let done = import(&away, &path).await.expect("the whole file is still good");
    assert_eq!(counts(&done), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_content_changes_nothing() {
    let clock = now();
    let practice = practice_at(&clock, 10);
    let app = vault(&clock).await;
    app.connect_token(&practice).await;
    app.sync().await;
    let token = practice.add_token(1, TokenKind::Classic, &["repo"], None);
    let mut good = plain(&practice, &token, clock.now());
    good["accounts"][0]["subject"] = json!(practice.user_id(1).to_string());
    let path = app.folder.around().join("hostile.age");
    seal(&path, b"{}");
    let before = picture(&app).await;
    let refused = async |content: &[u8], word: &str| {
        seal(&path, content);
        match import(&app, &path).await {
            Ok(done) => panic!("{word}: taken: {}", done.sentence),
            Err(problem) => {
                assert_eq!(problem.code, Code::InvalidInput, "{}", problem.message);
                assert!(problem.message.contains(word), "{word}: {}", problem.message);
            }
        }
    };
    let huge = "x".repeat(3_000_000);
    for (content, word) in [
        (String::new(), "no exported accounts"),
        ("not JSON".to_owned(), "no exported accounts"),
        ("{}".to_owned(), "no exported accounts"),
        ("[1,2,3]".to_owned(), "no exported accounts"),
        (format!("\"{huge}\""), "no exported accounts"),
        ("[".repeat(1_000_000), "no exported accounts"),
        (good.to_string().replacen("\"format\":1", "\"format\":2", 1), "newer Drawbridge"),
        (r#"{"format":99,"accounts":"of another kind"}"#.to_owned(), "newer Drawbridge"),
    ] {
        refused(content.as_bytes(), word).await;
    }
    for (pointer, value, word) in [
        ("/accounts", json!(7), "no exported accounts"),
        ("/accounts/0/login", json!(["a"]), "no exported accounts"),
        ("/accounts/0/login", json!(huge), "its login"),
        ("/accounts/0/subject", json!(huge), "its subject"),
        ("/accounts/0/name", json!("\u{1b}]0;owned\u{7}"), "its name"),
        ("/accounts/0/credential/access_token", json!("a b"), "its access token"),
        ("/accounts/0/credential/access_token", json!(huge), "its access token"),
        ("/accounts/0/host/base_url", json!("http://github.example.org"), "host's address"),
        ("/accounts/0/host/base_url", json!("https://a:b@github.example.org"), "host's address"),
        ("/accounts/0/host/base_url", json!(format!("https://h/{}", "ü".repeat(900))), "host's address"),
        ("/accounts/0/host/api_url", json!("http://10.0.0.1/api"), "API's address"),
        ("/accounts/0/provider", json!("nobody-has-this"), "no provider"),
        ("/accounts/0/provider", json!("Git Hub"), "its provider"),
        // The token would go to somebody else under a name that is trusted.
        (
            "/accounts/0/host",
            json!({"base_url": "https://github.com", "api_url": "https://evil.example"}),
            "not its own",
        ),
    ] {
        let mut bent = good.clone();
        *bent.pointer_mut(pointer).expect(pointer) = value;
        refused(bent.to_string().as_bytes(), word).await;
    }
    // A good one before a bad one is not taken either.
    let mut half = good.clone();
    let mut second = half["accounts"][0].clone();
    second["host"]["base_url"] = json!("ftp://h");
    half["accounts"].as_array_mut().expect("a list").push(second);
    refused(half.to_string().as_bytes(), "Account 2").await;
    assert_eq!(picture(&app).await, before, "nothing was changed");

    // Only then: what is not known is passed over, and the rest is taken.
    good["of_tomorrow"] = json!({"deep": [1, {"x": null}]});
    good["accounts"][0]["of_tomorrow"] = json!(true);
    seal(&path, good.to_string().as_bytes());
    assert_eq!(counts(&import(&app, &path).await.expect("read")), (1, 0, 0));
}
