//! What each part of the ranking is worth.

use newsearch::{Formula, Searcher};
use rustc_hash::FxHashMap;

use super::args::EvalArgs;
use super::compare::p_value;
use super::measures::{MEASURES, Scores, means};
use super::report::is_tuned_on;
use super::set::{Set, scores};
use super::table::Table;
use super::trial;
use crate::cli::output::tell;

/// Ranks the queries of all sets by every formula: the figures of all queries, nDCG@10 of the two
/// halves, and how much nDCG@10 differs from that of the whole formula, with the p-value.
pub fn table(sets: &[Set], args: &EvalArgs) -> anyhow::Result<Table> {
    let halves = ["tune", "check"];
    let compared = ["difference", "p"];
    let head = ["set, formula"].into_iter().chain(MEASURES);
    let mut table = Table::new(head.chain(halves).chain(compared));
    for set in sets {
        let searcher = args.past.of(set.searcher.clone())?;
        let mut whole = Vec::new();
        for formula in Formula::ALL {
            tell(format_args!("{}: {formula}", set.files.name));
            let measured = measure(set, &searcher.clone().with_formula(formula), args)?;
            if formula == Formula::Whole {
                whole.clone_from(&measured);
            }
            table.push(row(set, formula, &measured, &whole));
        }
    }
    Ok(table)
}

/// The figures of each judged query.
fn measure(set: &Set, searcher: &Searcher, args: &EvalArgs) -> anyhow::Result<Vec<Scores>> {
    let rankings = trial::rank_all(searcher, &set.topics, &args.page())?;
    let ids = set.topics.iter().map(|topic| topic.id.as_str());
    let rankings: FxHashMap<&str, _> = ids.zip(&rankings).collect();
    let measured = set.judgements.iter().map(|judged| {
        let ranking = rankings.get(judged.topic.as_str());
        scores(judged, ranking.map_or(&[], |ranking| ranking))
    });
    Ok(measured.collect())
}

fn row(set: &Set, formula: Formula, measured: &[Scores], whole: &[Scores]) -> Vec<String> {
    let half = |tuned: bool| {
        let judged = set.judgements.iter().zip(measured);
        let half = judged.filter(|(judged, _)| is_tuned_on(&judged.topic) == tuned);
        format!(
            "{:.4}",
            means(
                half.map(|(_, scores)| scores)
                    .collect::<Vec<_>>()
                    .into_iter()
            )[0]
        )
    };
    let differences: Vec<f64> = measured
        .iter()
        .zip(whole)
        .map(|(scores, whole)| scores[0] - whole[0])
        .collect();
    let all = means(measured.iter());
    let difference = all[0] - means(whole.iter())[0];
    let mut row = vec![format!("{} {formula}", set.files.name)];
    row.extend(all.map(|mean| format!("{mean:.4}")));
    row.extend([half(true), half(false)]);
    row.push(format!("{difference:+.4}"));
    row.push(format!("{:.4}", p_value(&differences)));
    row
}
