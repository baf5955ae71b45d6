//! Draws the sizes in `src-tauri/icons` from the master drawings in `icons/`.
//!
//! The results are committed, so only who changes a drawing needs the two programs used here.

use crate::{Outcome, house, house::House, process, unknown};
use std::path::Path;

/// The tray glyph's two tones. Linux panels don't colour the picture for us and may be light or dark,
/// so the glyph is light with a dark rim: one of the two always stands out.
const TRAY_GLYPH: &str = "#ffffff";
const TRAY_RIM: &str = "#182021";

/// Draws all icons.
pub fn icons(house: &House, arguments: &[&str]) -> Outcome {
    if let Some(word) = arguments.first() {
        return Err(unknown("icons", word));
    }
    for (program, package) in [("rsvg-convert", "librsvg2-bin"), ("convert", "imagemagick")] {
        if !process::exists(program) {
            return Err(format!("`{program}` is missing (on Debian: apt-get install {package})."));
        }
    }
    println!("Drawing src-tauri/icons from icons/*.svg");
    let out = house.path("src-tauri/icons");
    let work = house.memory()?.join("icons");
    house::make_folder(&out)?;
    house::make_folder(&work)?;

    let app = house.path("icons/app.svg");
    for (file, size) in [("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)] {
        draw(&app, size, &out.join(file))?;
    }

    let mut ico = process::command("convert");
    for size in [16, 24, 32, 48, 64, 256] {
        let file = work.join(format!("app-{size}.png"));
        draw(&app, size, &file)?;
        ico.arg(file);
    }
    process::run(ico.arg(out.join("icon.ico")))?;

    let mut pictures = Vec::new();
    for (kind, size) in ICNS_KINDS {
        let file = work.join(format!("app-{size}.png"));
        draw(&app, size, &file)?;
        let bytes = std::fs::read(&file).map_err(|error| format!("{} can't be read: {error}", file.display()))?;
        pictures.push((kind, bytes));
    }
    house::write(&out.join("icon.icns"), icns(&pictures)?)?;

    for name in ["tray-open", "tray-locked", "tray-attention"] {
        let drawing = house::read(&house.path(&format!("icons/{name}.svg")))?;
        let file = work.join(format!("{name}.svg"));
        house::write(&file, tray_drawing(&drawing)?)?;
        draw(&file, 32, &out.join(format!("{name}.png")))?;
        draw(&file, 64, &out.join(format!("{name}@2x.png")))?;
    }
    Ok(())
}

fn draw(drawing: &Path, size: u32, file: &Path) -> Outcome {
    let size = size.to_string();
    process::output(process::command("rsvg-convert").args(["-w", &size, "-h", &size, "-o"]).arg(file).arg(drawing))?;
    println!("  {size:>4} px  {}", file.file_name().unwrap_or_default().to_string_lossy());
    Ok(())
}

/// The glyph twice: below as its own rim, above as itself.
fn tray_drawing(drawing: &str) -> Result<String, String> {
    let inside = drawing
        .find('>')
        .zip(drawing.rfind("</svg>"))
        .and_then(|(start, end)| drawing.get(start + 1..end))
        .ok_or("a tray drawing is not one <svg> element")?;
    let rim = inside.replace(
        "fill=\"currentColor\"",
        &format!("fill=\"{TRAY_RIM}\" stroke=\"{TRAY_RIM}\" stroke-width=\"1.8\" stroke-linejoin=\"round\""),
    );
    let glyph = inside.replace("fill=\"currentColor\"", &format!("fill=\"{TRAY_GLYPH}\""));
    Ok(format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 -1 18 18\"><g>{rim}</g><g>{glyph}</g></svg>\n"))
}

/// The picture kinds of Apple's icon format that hold PNG, with their sizes in pixels.
const ICNS_KINDS: [(&[u8; 4], u32); 8] = [
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Apple's icon format: a magic word and the whole length, then each picture with its kind and length.
fn icns(pictures: &[(&[u8; 4], Vec<u8>)]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    for (kind, bytes) in pictures {
        body.extend_from_slice(*kind);
        body.extend_from_slice(&length(bytes.len())?);
        body.extend_from_slice(bytes);
    }
    let mut file = b"icns".to_vec();
    file.extend_from_slice(&length(body.len())?);
    file.extend_from_slice(&body);
    Ok(file)
}

/// A length with its own eight-byte head counted in, as that format wants it.
fn length(bytes: usize) -> Result<[u8; 4], String> {
    u32::try_from(bytes + 8).map(u32::to_be_bytes).map_err(|_| "an icon over four gigabytes".to_owned())
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test says what it expects")]
mod tests {
    use super::{icns, tray_drawing};

    #[test]
    fn an_icns_file_counts_its_heads() {
        let file = icns(&[(b"ic07", vec![1, 2, 3])]).expect("small");
        assert_eq!(file, b"icns\0\0\0\x13ic07\0\0\0\x0b\x01\x02\x03");
    }

    #[test]
    fn a_tray_drawing_has_both_tones_and_no_unset_colour() {
        let drawing = tray_drawing("<svg viewBox=\"0 0 16 16\"><path fill=\"currentColor\" d=\"M1 1z\"/></svg>");
        let drawing = drawing.expect("one svg element");
        assert!(drawing.contains("#ffffff") && drawing.contains("#182021") && !drawing.contains("currentColor"));
    }
}
