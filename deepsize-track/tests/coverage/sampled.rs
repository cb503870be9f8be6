//! Estimates of sampled recordings.

use deep_size_core::DeepSize;
use deep_size_track::{Class, Coverage, Limitation, Recorder};

use crate::assert_adds_up;
use crate::shared::alone;

#[test]
fn most_intervals_contain_the_truth() {
    const RUNS: usize = 200;
    let _alone = alone();
    let (mut inside, mut sums) = ([0_usize; 3], [0.0; 3]);
    let mut truth = [0.0; 3];
    for _ in 0..RUNS {
        let recording = Recorder::sampled_every(4096).max_depth(4).start();
        let once: Vec<Vec<u8>> = (0..2000).map(|at| vec![0; 100 + at % 50]).collect();
        let forgotten: Vec<Vec<u8>> = (0..600).map(|at| vec![0; 500 + at]).collect();
        let twice: Vec<Vec<u8>> = (0..1500).map(|_| vec![0; 200]).collect();
        let roots: [(&str, &dyn DeepSize); 3] = [("once", &once), ("twice", &twice), ("again", &twice)];
        let coverage = Coverage::of(roots);
        assert_eq!(coverage.limitation(), Some(Limitation::Sampled));
        assert_adds_up(&coverage);
        let size = |blocks: &[Vec<u8>]| blocks.iter().map(Vec::capacity).sum::<usize>() as f64;
        let pointers = |blocks: &[Vec<u8>]| std::mem::size_of_val(blocks) as f64;
        let others = pointers(&forgotten);
        truth = [size(&once) + pointers(&once), size(&twice) + pointers(&twice), size(&forgotten) + others];
        for (at, class) in [Class::Once, Class::Twice, Class::Unclaimed].into_iter().enumerate() {
            let estimate = coverage.estimate(class);
            let off = estimate.amount.size as f64 - truth[at];
            inside[at] += usize::from(off.abs() <= 1.96 * estimate.size_error);
            sums[at] += estimate.amount.size as f64;
        }
        drop((once, forgotten, twice, recording));
    }
    for at in 0..3 {
        // 0.95 minus more than four standard deviations of 200 runs.
        let share = inside[at] as f64 / RUNS as f64;
        assert!(share >= 0.88, "{share} of the intervals of class {at} contain the truth");
        let mean = sums[at] / RUNS as f64;
        assert!((mean / truth[at] - 1.0).abs() < 0.05, "{mean} instead of {}", truth[at]);
    }
}
