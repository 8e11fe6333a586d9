//! DSSE envelopes: their JSON, the bytes that are signed (PAE), and signatures by a key. Does not know statements, nor where
//! a key comes from.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use sigstore_crypto::{SigningScheme, VerificationKey};
use sigstore_types::{DerPublicKey, SignatureBytes};

use super::verdict::{Code, Failure};

/// Most signatures of an envelope.
const SIGNATURES: usize = 64;
/// What is written: with padding. What is read need not have it.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// An envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What the payload is.
    pub payload_type: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// The signatures, each with the hint at its key, which proves nothing.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// A hint at the key; empty where there is none.
    pub keyid: String,
    /// The signature.
    pub bytes: Vec<u8>,
}

/// Base64, standard or URL-safe, padded or not; not both alphabets in one text.
fn decode(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    engine.decode(text).ok()
}

/// Base64 as it is written.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes that a signature is over: `DSSEv1`, the length and text of the type, the length and bytes of the payload.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Envelope {
    /// Reads an envelope; members that are not known are passed over, as DSSE demands.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(document: &Value) -> Result<Self, Failure> {
        let malformed = |path: String, message: &str| Failure::new(Code::SchemaInvalid, message.to_owned()).at(path);
        let text = |name: &str| {
            document
                .get(name)
                .and_then(Value::as_str)
                .ok_or_else(|| malformed(format!("/{name}"), "the envelope has no such text"))
        };
        let payload_type = text("payloadType")?.to_owned();
        let payload =
            decode(text("payload")?).ok_or_else(|| malformed(String::from("/payload"), "this is not base64"))?;
        let list = document
            .get("signatures")
            .and_then(Value::as_array)
            .filter(|list| !list.is_empty() && list.len() <= SIGNATURES)
            .ok_or_else(|| {
                malformed(String::from("/signatures"), &format!("the envelope has not 1 to {SIGNATURES} signatures"))
            })?;
        let signatures = list
            .iter()
            .enumerate()
            .map(|(index, signature)| {
                let at = |member: &str| format!("/signatures/{index}/{member}");
                let bytes = signature
                    .get("sig")
                    .and_then(Value::as_str)
                    .and_then(decode)
                    .filter(|bytes| !bytes.is_empty())
                    .ok_or_else(|| malformed(at("sig"), "the signature is missing or not base64"))?;
                let keyid = match signature.get("keyid") {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(keyid)) => keyid.clone(),
                    Some(_) => return Err(malformed(at("keyid"), "the key's id is no text")),
                };
                Ok(Signature { keyid, bytes })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { payload_type, payload, signatures })
    }

    /// Whether one of the signatures is by the key.
    pub fn is_signed_by(&self, key: &DerPublicKey) -> bool {
        let bytes = pae(&self.payload_type, &self.payload);
        self.signatures.iter().any(|signature| holds(key, &bytes, &signature.bytes))
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        let signatures: Vec<Value> = self
            .signatures
            .iter()
            .map(|signature| serde_json::json!({"keyid": signature.keyid, "sig": encode(&signature.bytes)}))
            .collect();
        serde_json::json!({
            "payload": encode(&self.payload),
            "payloadType": self.payload_type,
            "signatures": signatures,
        })
    }
}

/// Whether the signature is that of the key over these bytes. ECDSA signatures are DER as everybody writes them, or the plain
/// `r || s` of the DSSE specification's own example, for P-256.
fn holds(key: &DerPublicKey, bytes: &[u8], signature: &[u8]) -> bool {
    let Ok(verifying) = VerificationKey::from_spki(key) else { return false };
    let is_valid = |signature: Vec<u8>| verifying.verify(bytes, &SignatureBytes::new(signature)).is_ok();
    if is_valid(signature.to_vec()) {
        return true;
    }
    let is_p256 = verifying.scheme() == SigningScheme::EcdsaP256Sha256;
    is_p256
        && p256::ecdsa::Signature::from_slice(signature).is_ok_and(|plain| is_valid(plain.to_der().as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use p256::pkcs8::EncodePublicKey as _;
    use serde_json::json;

    use super::*;

    /// The example of the DSSE specification (`protocol.md`): P-256 as `r || s`, and the point of its key.
    const EXAMPLE: &str = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==";
    const POINT: &str = "BGfNOQ93qjWcsIwiNfZSJwSTqe2DKwq8wB9wlUwDkNI4DHgr1U4mkSWkT0Qzr/FDLOlOErynOqZ6yAzqEmCN33Q=";

    fn example_key() -> DerPublicKey {
        let key = p256::PublicKey::from_sec1_bytes(&decode(POINT).unwrap()).unwrap();
        DerPublicKey::new(key.to_public_key_der().unwrap().into_vec())
    }

    #[test]
    fn the_example_of_the_specification_holds() {
        let read = |payload: &str, payload_type: &str, sig: &str| {
            let document =
                json!({"payload": payload, "payloadType": payload_type, "more": 1, "signatures": [{"sig": sig}]});
            Envelope::read(&document).unwrap()
        };
        let type_ = "http://example.com/HelloWorld";
        assert_eq!(pae(type_, b"hello world"), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
        assert!(read("aGVsbG8gd29ybGQ=", type_, EXAMPLE).is_signed_by(&example_key()));
        assert!(read("aGVsbG8gd29ybGQ", type_, EXAMPLE).is_signed_by(&example_key()), "padding is optional");
        let url_safe = EXAMPLE.replace('+', "-").replace('/', "_");
        assert!(read("aGVsbG8gd29ybGQ=", type_, &url_safe).is_signed_by(&example_key()));
        assert!(!read("aGVsbG8gd29ybGQ=", "http://example.com/Helloworld", EXAMPLE).is_signed_by(&example_key()));
        assert!(!read("aGVsbG8gd29ybGU=", type_, EXAMPLE).is_signed_by(&example_key()));
        assert!(!read("aGVsbG8gd29ybGQ=", type_, "AAAA").is_signed_by(&example_key()));
    }

    #[test]
    fn lengths_are_those_of_bytes() {
        assert_eq!(pae("a\u{e4}", b""), "DSSEv1 3 a\u{e4} 0 ".as_bytes());
    }

    #[test]
    fn an_envelope_is_read_or_its_fault_has_a_place() {
        let whole = json!({"payload": "", "payloadType": "", "signatures": [{"sig": "AA==", "keyid": null}]});
        assert!(Envelope::read(&whole).is_ok());
        for (member, value, path) in [
            ("payload", json!(1), "/payload"),
            ("payload", json!("a+b-"), "/payload"),
            ("payload", json!("QQ==\n"), "/payload"),
            ("payload", json!("QR=="), "/payload"),
            ("payloadType", json!(null), "/payloadType"),
            ("signatures", json!([]), "/signatures"),
            ("signatures", json!({}), "/signatures"),
            ("signatures", json!(vec![json!({"sig": "AA=="}); 65]), "/signatures"),
            ("signatures", json!([{"sig": ""}]), "/signatures/0/sig"),
            ("signatures", json!([{"sig": "AA=="}, {"keyid": "a"}]), "/signatures/1/sig"),
            ("signatures", json!([{"sig": "AA==", "keyid": 1}]), "/signatures/0/keyid"),
        ] {
            let mut broken = whole.clone();
            broken[member] = value;
            assert_eq!(Envelope::read(&broken).unwrap_err().path.as_deref(), Some(path), "{broken}");
        }
        assert!(Envelope::read(&json!([])).is_err());
    }

    #[test]
    fn any_signature_by_the_key_is_enough_and_hints_are_not_believed() {
        let document = json!({"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",
            "signatures": [{"sig": "AAAA", "keyid": "the right one"}, {"sig": EXAMPLE, "keyid": "another"}]});
        assert!(Envelope::read(&document).unwrap().is_signed_by(&example_key()));
    }
}
