//! Any bytes as a file of JSON, and as a table.

use newsearch::fuzzing;

use super::post::check_article;

pub fn records(input: &[u8]) {
    for is_table in [false, true] {
        let articles = fuzzing::records(input, is_table);
        let again = fuzzing::records(input, is_table);
        assert_eq!(articles.len(), again.len(), "read twice");
        for (article, again) in articles.iter().zip(&again) {
            match (article, again) {
                (Ok(article), Ok(again)) => {
                    assert_eq!(article, again, "read twice");
                    check_article(input, article);
                }
                (Err(error), Err(again)) => {
                    assert_eq!(error.to_string(), again.to_string(), "read twice");
                    assert!(!error.to_string().contains(char::is_control), "{error:?}");
                }
                (one, other) => panic!("read twice: {one:?}, {other:?}"),
            }
        }
        // No record without bytes: each complaint is of something that is there.
        assert!(articles.len() <= input.len());
    }
}
