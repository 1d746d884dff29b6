//! Any bytes as a file of JSON, and as a table.

use newsearch::fuzzing;

use super::is_read_twice;
use super::post::{check_article, check_same};

pub fn records(input: &[u8]) {
    for is_table in [false, true] {
        let articles = fuzzing::records(input, is_table);
        for article in &articles {
            match article {
                Ok(article) => check_article(input, article),
                Err(error) => {
                    assert!(!error.to_string().contains(char::is_control), "{error:?}");
                }
            }
        }
        // No record without bytes: each complaint is of something that is there.
        assert!(articles.len() <= input.len());
        if is_read_twice(input) {
            let again = fuzzing::records(input, is_table);
            assert_eq!(articles.len(), again.len(), "read twice");
            for (article, again) in articles.iter().zip(&again) {
                check_same(article, again);
            }
        }
    }
}
