//! An address as a QR code: what a telephone scans instead of typing.
//!
//! Not here: drawing one; a front knows its colours.

use crate::dto::QrCode;
use qrcodegen::{QrCode as Encoded, QrCodeEcc, QrSegment, Version};

/// 77 modules a side, 412 bytes: what still fits a terminal and a telephone reads at arm's length.
const LARGEST: u8 = 15;

/// The code of an address; none for one that is too long to be scanned with ease.
pub(crate) fn of(address: &str, fills_code: bool) -> Option<QrCode> {
    let segments = QrSegment::make_segments(address);
    let ecc = QrCodeEcc::Medium;
    let code =
        Encoded::encode_segments_advanced(&segments, ecc, Version::MIN, Version::new(LARGEST), None, true).ok()?;
    let side = code.size();
    let row = |y: i32| (0..side).map(|x| if code.get_module(x, y) { '#' } else { '.' }).collect();
    Some(QrCode { rows: (0..side).map(row).collect(), fills_code })
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_testkit::scan::scanned;

    #[test]
    fn what_is_scanned_is_the_address() {
        let long = format!("https://login.example/device?user_code=WDJB-MJHT&x={}", "y".repeat(340));
        for address in ["https://example.test/device", "https://login.example/device?user_code=WDJB-MJHT", &long] {
            let code = of(address, true).expect("it fits");
            assert!(code.rows.iter().all(|row| row.len() == code.rows.len()), "it is a square");
            assert!(code.rows.len() <= 77);
            assert_eq!(scanned(&code.rows).as_deref(), Ok(address));
        }
    }

    #[test]
    fn what_is_too_long_has_none() {
        assert!(of(&format!("https://example.test/{}", "y".repeat(2000)), false).is_none());
    }
}
