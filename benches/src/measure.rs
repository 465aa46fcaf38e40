//! Measuring: percentiles of many durations, and cases measured in turns so that a disturbance hits them all.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Many durations, in order.
#[derive(Clone, Debug)]
pub struct Percentiles(Vec<Duration>);

impl Percentiles {
    /// Creates the percentiles of `samples`.
    ///
    /// # Panics
    /// Panics without samples.
    #[must_use]
    pub fn of(mut samples: Vec<Duration>) -> Self {
        assert!(!samples.is_empty(), "nothing was measured");
        samples.sort_unstable();
        Self(samples)
    }

    /// Returns the duration that `percent` of the samples do not exceed.
    #[must_use]
    pub fn at(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent.min(100)).div_ceil(100);
        self.0[rank.max(1) - 1]
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, p99, longest] = [50, 99, 100].map(|percent| self.at(percent));
        write!(f, "p50 {median:>9.2?}  p99 {p99:>9.2?}  max {longest:>9.2?}  ({} samples)", self.0.len())
    }
}

/// Returns `true` if this was started to measure (`cargo bench`), rather than to see that it runs (`cargo test
/// --benches`).
#[must_use]
pub fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// A case of a comparison: its name, and one turn of it, which answers how many a second it did.
pub struct Case<'a> {
    name: String,
    is_floor: bool,
    turn: Box<dyn FnMut() -> f64 + 'a>,
}

impl<'a> Case<'a> {
    /// Creates the case `name`.
    pub fn new(name: &str, turn: impl FnMut() -> f64 + 'a) -> Self {
        Self { name: name.to_owned(), is_floor: false, turn: Box::new(turn) }
    }

    /// Returns the case as one of which the cases after it are shares, up to the next such case.
    #[must_use]
    pub fn as_floor(self) -> Self {
        Self { is_floor: true, ..self }
    }
}

/// What one turn of a case came to.
#[derive(Clone, Copy, Debug)]
struct Figures {
    /// How many a second.
    rate: f64,
    /// The processor time of each, in seconds, of all threads of this process; 0 where the system does not say.
    processor: f64,
}

impl Figures {
    fn of(turn: &mut dyn FnMut() -> f64) -> Self {
        let (start, before) = (Instant::now(), processor_time());
        let rate = turn();
        let done = rate * start.elapsed().as_secs_f64();
        let spent = processor_time().zip(before).map_or(0.0, |(after, before)| (after - before).as_secs_f64());
        Self { rate, processor: spent / done }
    }

    fn medians(turns: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(turns.iter().map(figure).collect());
        Self { rate: of(|turn| turn.rate), processor: of(|turn| turn.processor) }
    }
}

/// Gives each case `turns` turns, one case after the other, and prints the median of each beside the last floor's
/// before it; beside the first case's if no case is called a floor.
///
/// The first share is of the rate, the second of the processor time, which a busy machine disturbs less.
pub fn side_by_side(title: &str, turns: usize, mut cases: Vec<Case<'_>>) {
    let mut figures = vec![Vec::with_capacity(turns); cases.len()];
    for _ in 0..turns {
        for (case, figures) in cases.iter_mut().zip(&mut figures) {
            figures.push(Figures::of(&mut case.turn));
        }
    }
    let medians: Vec<Figures> = figures.iter().map(|turns| Figures::medians(turns)).collect();
    println!("\n{title} — median of {turns} turns");
    println!("  {:<44} {:>13}    {:>10}  {:>8}    {:>10}  {:>8}", "", "rate", "each", "share", "processor", "share");
    let Some(mut floor) = medians.first().copied() else { return };
    for (case, figures) in cases.iter().zip(&medians) {
        if case.is_floor {
            floor = *figures;
        }
        let Figures { rate, processor } = *figures;
        let (each, spent) = (Duration::from_secs_f64(1.0 / rate), Duration::from_secs_f64(processor));
        let shares = [rate / floor.rate, floor.processor / processor].map(|share| 100.0 * share);
        let [of_rate, of_processor] = shares;
        let name = &case.name;
        println!("  {name:<44} {rate:>13.0} /s {each:>10.2?}  {of_rate:>8.0} %  {spent:>10.2?}  {of_processor:>8.0} %");
    }
    println!();
}

/// Returns the processor time that this process has taken, as Linux counts it: in hundredths of a second.
#[must_use]
pub fn processor_time() -> Option<Duration> {
    processor_time_in(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// Reads the fields `utime` and `stime` of `/proc/PID/stat`. The name before them may contain spaces and brackets.
fn processor_time_in(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_ascii_whitespace().skip(11).map(str::parse::<u64>);
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some(Duration::from_millis((user + system) * 10))
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Returns the runs of `work` per second on this thread, measured for about `span`.
pub fn rate<T>(span: Duration, mut work: impl FnMut() -> T) -> f64 {
    let (start, mut done, mut batch) = (Instant::now(), 0_u32, 1_u32);
    while start.elapsed() < span {
        (0..batch).for_each(|_| drop(black_box(work())));
        done = done.saturating_add(batch);
        // Looking at the clock costs more than the quickest work.
        batch = (done / 8).clamp(1, 10_000);
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_sample_that_so_many_do_not_exceed() {
        let percentiles = Percentiles::of((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!([50, 99, 100].map(|percent| percentiles.at(percent).as_millis()), [100, 198, 200]);
        assert_eq!(Percentiles::of(vec![Duration::from_millis(3)]).at(0).as_millis(), 3);
    }

    #[test]
    fn processor_time_is_read_after_the_name_of_the_process() {
        let stat = "812 (a (b) c) R 1 812 812 0 -1 4194304 90 0 0 0 150 25 0 0 20 0 1 0 9 8 7";
        assert_eq!(processor_time_in(stat), Some(Duration::from_millis(1750)));
        assert_eq!(processor_time_in("812 (a) R 1"), None);
    }
}
