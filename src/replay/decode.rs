//! Unpacks compressed answers. Identity providers ask for them (`Accept-Encoding: gzip,deflate`), so replayed requests do too.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use super::answer::ANSWER_BYTES_MAX;

/// The body without its `Content-Encoding`.
pub(super) fn decode(headers: &[(String, String)], body: Vec<u8>) -> Result<Vec<u8>, String> {
    let encoding = headers.iter().find(|(name, _)| name == "content-encoding");
    let Some((_, encoding)) = encoding.filter(|_| !body.is_empty()) else {
        return Ok(body);
    };
    match encoding.to_ascii_lowercase().as_str() {
        "identity" => Ok(body),
        "gzip" | "x-gzip" => inflate(GzDecoder::new(&body[..])),
        "deflate" => inflate(ZlibDecoder::new(&body[..])),
        _ => Err(format!(
            "the answer has the Content-Encoding \"{encoding}\"; only gzip and deflate can be read"
        )),
    }
}

fn inflate(decoder: impl Read) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    // Reads one byte more than allowed: that tells an answer that is too large from one that just fits.
    decoder
        .take(ANSWER_BYTES_MAX + 1)
        .read_to_end(&mut body)
        .map_err(|error| format!("the answer cannot be decompressed: {error}"))?;
    if body.len() as u64 > ANSWER_BYTES_MAX {
        return Err(format!(
            "the answer is larger than {ANSWER_BYTES_MAX} bytes"
        ));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn as_encoding(encoding: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let headers = [("content-encoding".to_owned(), encoding.to_owned())];
        decode(&headers, body.to_vec())
    }

    #[test]
    fn bodies_are_decompressed() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"{}").unwrap();
        assert_eq!(as_encoding("GZIP", &gzip.finish().unwrap()).unwrap(), b"{}");
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"{}").unwrap();
        assert_eq!(
            as_encoding("deflate", &zlib.finish().unwrap()).unwrap(),
            b"{}"
        );
        assert_eq!(decode(&[], b"{}".to_vec()).unwrap(), b"{}");
        assert_eq!(as_encoding("gzip", b"").unwrap(), b"", "the answer to HEAD");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(as_encoding("br", b"x").unwrap_err().contains("\"br\""));
        assert!(
            as_encoding("gzip", b"no gzip")
                .unwrap_err()
                .contains("decompressed")
        );
    }

    #[test]
    fn a_small_answer_that_unfolds_without_end_is_refused() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let block = vec![0; 1024 * 1024];
        for _ in 0..65 {
            gzip.write_all(&block).unwrap();
        }
        assert!(
            as_encoding("gzip", &gzip.finish().unwrap())
                .unwrap_err()
                .contains("larger than")
        );
    }
}
