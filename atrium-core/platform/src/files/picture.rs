//! Pictures are read and written anew: what is kept is what is seen, without the place, the device and the hour that a
//! camera notes, and without what else a file may hide.
//!
//! Their size is known before they are unpacked, and bounds the memory of one. Few are unpacked at once.

use std::io::Cursor;
use std::sync::LazyLock;
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::FileKind;
use crate::error::{Error, Message, Result};
use crate::slots::Slots;

/// The most pixels of a picture that is unpacked: those of a telephone's camera.
const MOST_PIXELS: u64 = 50_000_000;
/// The most bytes that a decoder may ask for.
const MOST_BYTES: u64 = 256 << 20;
/// The longest side of a picture that is kept, in pixels; a larger one is made smaller.
const LONGEST: u32 = 2560;
/// The sides of a small picture, in pixels: twice those of its place on a page.
const SMALL: (u32, u32) = (560, 420);
/// Of JPEG, from 1 to 100.
const QUALITY: u8 = 85;

/// Pictures being unpacked: one holds up to some 400 MB for a second or two.
static PICTURES: LazyLock<Slots> = LazyLock::new(|| Slots::new("pictures", 1, 16, Duration::from_secs(30)));

/// A picture as it is kept.
pub(super) struct Picture {
    pub(super) kind: FileKind,
    pub(super) bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// The same for lists, unless it is small itself.
    pub(super) small: Option<Vec<u8>>,
}

/// Reads a picture and writes it anew.
///
/// # Errors
/// Returns `is_invalid` if it cannot be read or has too many pixels, or `is_unavailable` if too many wait.
pub(super) async fn renewed(bytes: Vec<u8>) -> Result<Picture> {
    PICTURES.run(move || renew(&bytes)).await?.map_err(|key| Error::invalid_field("files", Message::new(key)))
}

fn renew(bytes: &[u8]) -> Result<Picture, &'static str> {
    let picture = unpacked(bytes)?;
    let kept =
        if picture.width().max(picture.height()) > LONGEST { picture.thumbnail(LONGEST, LONGEST) } else { picture };
    let (kind, bytes) = packed(&kept)?;
    let small = if kept.width() > SMALL.0 || kept.height() > SMALL.1 {
        // Of the same kind, so that one media type says what both are.
        Some(packed_as(kind, &kept.thumbnail(SMALL.0, SMALL.1))?)
    } else {
        None
    };
    Ok(Picture { kind, bytes, width: kept.width(), height: kept.height(), small })
}

/// Returns the first image of a file, upright.
fn unpacked(bytes: &[u8]) -> Result<DynamicImage, &'static str> {
    const UNREADABLE: &str = "file-picture-unreadable";
    const LARGE: &str = "file-picture-large";
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| UNREADABLE)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| UNREADABLE)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_BYTES {
        return Err(LARGE);
    }
    let orientation = decoder.orientation().map_err(|_| UNREADABLE)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| UNREADABLE)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Writes a picture: as PNG if parts of it are transparent or it has few colours, as a drawing or a screen has, else as JPEG.
fn packed(picture: &DynamicImage) -> Result<(FileKind, Vec<u8>), &'static str> {
    let png = FileKind::PNG;
    if picture.color().has_alpha() && !is_opaque(picture) {
        return Ok((png, packed_as(png, picture)?));
    }
    let photo = packed_as(FileKind::JPEG, picture)?;
    let drawing = packed_as(png, picture)?;
    // A screenshot stays sharp where that costs little.
    let is_drawing = drawing.len() <= photo.len().saturating_mul(2).max(256 * 1024);
    Ok(if is_drawing { (png, drawing) } else { (FileKind::JPEG, photo) })
}

fn is_opaque(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().all(|pixel| pixel.0[1] == u8::MAX),
        _ => false,
    }
}

fn packed_as(kind: FileKind, picture: &DynamicImage) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Cursor::new(Vec::new());
    let written = if kind == FileKind::JPEG {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
    } else if picture.color().has_alpha() {
        picture.to_rgba8().write_with_encoder(PngEncoder::new(&mut bytes))
    } else {
        picture.to_rgb8().write_with_encoder(PngEncoder::new(&mut bytes))
    };
    written.map_err(|_| "file-picture-unreadable")?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn png(picture: &DynamicImage) -> Vec<u8> {
        packed_as(FileKind::PNG, picture).unwrap()
    }

    /// A JPEG of 30 × 20 pixels whose Exif says that it is to be turned, and where it was taken.
    fn with_exif() -> Vec<u8> {
        let plain = packed_as(FileKind::JPEG, &RgbImage::from_pixel(30, 20, Rgb([200, 10, 10])).into()).unwrap();
        // TIFF, little-endian: one entry, Orientation (0x0112) = 6; then the words of a place.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 43.2965 5.3698");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn what_a_camera_notes_is_gone_and_the_picture_is_upright() {
        let sent = with_exif();
        assert!(sent.windows(3).any(|part| part == b"GPS"));
        let kept = renew(&sent).unwrap();
        assert_eq!((kept.width, kept.height), (20, 30), "turned");
        assert!(!kept.bytes.windows(3).any(|part| part == b"GPS"));
        assert!(!kept.bytes.windows(4).any(|part| part == b"Exif"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let mut bomb = png(&DynamicImage::new_rgb8(1, 1));
        // The width and height of its head; the checksum is not looked at before the size.
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(renew(&bomb).err(), Some("file-picture-large"));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP"] {
            assert_eq!(renew(bytes).err(), Some("file-picture-unreadable"), "{bytes:?}");
        }
    }

    #[test]
    fn large_pictures_are_made_smaller_and_transparent_ones_stay_so() {
        let kept = renew(&png(&DynamicImage::new_rgb8(6000, 300))).unwrap();
        assert_eq!((kept.width, kept.height), (2560, 128));
        let small = image::load_from_memory(&kept.small.unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (560, 28));
        let kept = renew(&png(&RgbaImage::from_pixel(9, 9, Rgba([1, 2, 3, 40])).into())).unwrap();
        assert_eq!(kept.kind, FileKind::PNG);
        assert_eq!(image::load_from_memory(&kept.bytes).unwrap().into_rgba8().get_pixel(4, 4).0, [1, 2, 3, 40]);
        assert!(kept.small.is_none());
    }

    #[test]
    fn a_photograph_is_a_jpeg_and_a_screen_is_a_png() {
        let mut seed = 7_u32;
        // A slope with a grain, as a sensor has.
        let grainy = RgbImage::from_fn(1000, 700, |x, y| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = seed >> 28;
            Rgb([(x / 5 + grain) as u8, (y / 4 + grain) as u8, (x / 8 + y / 8 + grain) as u8])
        });
        assert_eq!(renew(&png(&grainy.into())).unwrap().kind, FileKind::JPEG);
        assert_eq!(renew(&png(&DynamicImage::new_rgb8(800, 600))).unwrap().kind, FileKind::PNG);
    }
}
