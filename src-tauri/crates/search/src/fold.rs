//! Making text comparable: lower case, without the accents of European languages.
//!
//! `Größe` and `grosse`, `São` and `sao` become the same, so that a name is found on a keyboard
//! that lacks its letters. Not here: full Unicode normalisation; other scripts are only lower-cased.

/// Appends the folded text.
pub(crate) fn fold_into(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            // Combining accents, as in a decomposed name.
            '\u{300}'..='\u{36f}' => {}
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push(b'a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => out.push(b'c'),
            'ď' | 'đ' | 'ð' => out.push(b'd'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => out.push(b'e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => out.push(b'g'),
            'ĥ' | 'ħ' => out.push(b'h'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => out.push(b'i'),
            'ĵ' => out.push(b'j'),
            'ķ' => out.push(b'k'),
            'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => out.push(b'l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => out.push(b'n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => out.push(b'o'),
            'ŕ' | 'ŗ' | 'ř' => out.push(b'r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => out.push(b's'),
            'ţ' | 'ť' | 'ŧ' | 'ț' => out.push(b't'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => out.push(b'u'),
            'ŵ' => out.push(b'w'),
            'ý' | 'ÿ' | 'ŷ' => out.push(b'y'),
            'ź' | 'ż' | 'ž' => out.push(b'z'),
            'æ' => out.extend_from_slice(b"ae"),
            'œ' => out.extend_from_slice(b"oe"),
            'ß' => out.extend_from_slice(b"ss"),
            'þ' => out.extend_from_slice(b"th"),
            // The two forms of sigma are one letter.
            'ς' => out.extend_from_slice("σ".as_bytes()),
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The folded text.
pub(crate) fn fold(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    fold_into(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_reads_the_same_becomes_the_same() {
        for (text, folded) in [
            ("Drawbridge", "drawbridge"),
            ("GRÖSSE Größe", "grosse grosse"),
            ("São Łódź", "sao lodz"),
            ("e\u{301}te\u{301}", "ete"),
            ("İstanbul Iğdır", "istanbul igdir"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
            ("Привет МИР", "привет мир"),
            ("東京🚀", "東京🚀"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded, "folding again changes nothing: {text}");
        }
    }
}
