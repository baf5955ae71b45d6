//! Reads a QR code as a telephone does: from a picture of it.
//!
//! Not here: making one.

/// Pixels a module has on the picture.
const SCALE: usize = 4;
/// Light modules around it (ISO/IEC 18004).
const QUIET: usize = 4;

/// The text of a code whose rows have `#` for dark and anything else for light.
///
/// # Errors
/// What a telephone would have trouble with.
pub fn scanned(rows: &[String]) -> Result<String, String> {
    let side = (rows.len() + 2 * QUIET) * SCALE;
    let dark = |x: usize, y: usize| {
        let at = |place: usize| (place / SCALE).checked_sub(QUIET);
        let module = at(y).and_then(|y| rows.get(y)).and_then(|row| row.as_bytes().get(at(x)?));
        module == Some(&b'#')
    };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark(x, y) { 0 } else { 255 });
    match picture.detect_grids().as_slice() {
        [grid] => grid.decode().map(|(_, text)| text).map_err(|error| error.to_string()),
        grids => Err(format!("{} codes are seen", grids.len())),
    }
}
