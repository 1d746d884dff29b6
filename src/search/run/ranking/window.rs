//! What the documents of a window have of a query.

use super::bits::{Bits, WINDOW};
use super::saturation::saturate;

/// Where more than one in so many documents has a concept, it is quicker to do the sums for all:
/// the compiler makes them four at a time.
const DENSE: usize = 8;

/// Sums of a window, by document. They are 0 where there is nothing.
pub(super) struct Window {
    scores: Vec<f32>,
    /// The shares of the concepts that a document has.
    shares: Vec<f32>,
    /// As much of their masses as the document covers.
    covered: Vec<f32>,
    /// Documents that have any.
    found: Bits,
    /// As many at most: one that has several concepts is counted several times.
    most: usize,
    concept: Adding,
}

/// The concept that is being added.
pub(super) struct Adding {
    frequencies: Vec<f32>,
    /// Documents that have it.
    touched: Bits,
    /// As many at most: one is counted with each evidence of the concept that it has.
    most: usize,
}

impl Default for Window {
    fn default() -> Window {
        let sums = || vec![0.0; WINDOW];
        Window {
            scores: sums(),
            shares: sums(),
            covered: sums(),
            found: Bits::default(),
            most: 0,
            concept: Adding {
                frequencies: sums(),
                touched: Bits::default(),
                most: 0,
            },
        }
    }
}

impl Adding {
    /// Adds evidence of the concept.
    pub fn add(&mut self, at: usize, frequency: f32) {
        self.touched.insert(at);
        self.most += 1;
        self.frequencies[at] += frequency;
    }
}

impl Window {
    /// Documents that have any of the concepts so far.
    pub fn found(&self) -> &Bits {
        &self.found
    }

    /// As many of them as there are at most.
    pub fn most(&self) -> usize {
        self.most
    }

    pub fn score(&self, at: usize) -> f32 {
        self.scores[at]
    }

    pub fn share(&self, at: usize) -> f32 {
        self.shares[at]
    }

    pub fn covered(&self, at: usize) -> f32 {
        self.covered[at]
    }

    /// The documents that have any of the concepts so far, and where to add evidence of the next.
    pub fn concept(&mut self) -> (&Bits, &mut Adding) {
        (&self.found, &mut self.concept)
    }

    /// Adds what evidence of a concept was collected to the sums; with every frequency saturated.
    pub fn close(&mut self, score: f32, mass: f32, share: f32) {
        let Adding {
            frequencies,
            touched,
            most,
        } = &mut self.concept;
        let most = std::mem::take(most);
        if most == 0 {
            return;
        }
        self.most += most;
        self.found.insert_all(touched);
        let sums = |frequency: f32| {
            let score = score * saturate(frequency);
            (score, mass * frequency.min(1.0))
        };
        if most < WINDOW / DENSE {
            touched.drain(|at| {
                let (score, covered) = sums(std::mem::take(&mut frequencies[at]));
                self.scores[at] += score;
                self.shares[at] += share;
                self.covered[at] += covered;
            });
            return;
        }
        let scores = self.scores.iter_mut();
        let all = scores.zip(&mut self.shares).zip(&mut self.covered);
        for (((score_sum, share_sum), covered_sum), frequency) in all.zip(frequencies) {
            let (score, covered) = sums(*frequency);
            *score_sum += score;
            *share_sum += if *frequency > 0.0 { share } else { 0.0 };
            *covered_sum += covered;
            *frequency = 0.0;
        }
        *touched = Bits::default();
    }

    /// Makes all sums 0.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.most) < WINDOW / DENSE {
            self.found.drain(|at| {
                self.scores[at] = 0.0;
                self.shares[at] = 0.0;
                self.covered[at] = 0.0;
            });
            return;
        }
        for sums in [&mut self.scores, &mut self.shares, &mut self.covered] {
            sums.fill(0.0);
        }
        self.found = Bits::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums of the documents with these frequencies of one concept after the other.
    fn sums(window: &mut Window, concepts: &[(&[usize], f32)]) -> Vec<(usize, f32, f32, f32)> {
        for &(docs, frequency) in concepts {
            let (_, adding) = window.concept();
            docs.iter().for_each(|&at| adding.add(at, frequency));
            window.close(2.0, 3.0, 3.0);
        }
        let mut sums = Vec::new();
        window.found().for_each(|at| {
            sums.push((at, window.score(at), window.share(at), window.covered(at)));
        });
        sums
    }

    #[test]
    fn many_documents_and_few_have_the_same_sums() {
        let few = [7, 64, WINDOW - 1];
        let many: Vec<usize> = (0..WINDOW).step_by(3).chain([7, WINDOW - 1]).collect();
        let mut window = Window::default();
        let of_many = sums(&mut window, &[(&many, 0.3), (&few, 1.5)]);
        assert_eq!(of_many.len(), many.len() + 1, "64 besides");
        window.clear();
        assert_eq!(sums(&mut window, &[]), []);
        let of_few = sums(&mut window, &[(&few[..1], 0.3), (&few, 1.5)]);
        for of_doc in of_few.iter().filter(|of_doc| of_doc.0 == 7) {
            assert!(of_many.contains(of_doc));
        }
        let last = |window: &Window| window.share(WINDOW - 1);
        assert_eq!(last(&window), 3.0);
        window.clear();
        assert_eq!(last(&window), 0.0);
    }
}
