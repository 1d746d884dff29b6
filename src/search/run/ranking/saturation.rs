//! What a frequency is worth.

/// Saturation of a word's frequency.
const K1: f32 = 1.0;

/// What an evidence of this frequency is worth: the more the better, but never more than `K1 + 1`.
pub fn saturate(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}
