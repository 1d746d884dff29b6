//! A failure as a page.

use askama::Template;
use axum::response::Response;

use super::frame::Frame;
use super::language::Language;
use super::pieces::harmless;
use crate::server::failure::{self, Code, Failure};
use crate::server::reply;

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Frame,
    status: u16,
    message: String,
}

/// What went wrong, as a page in this language.
pub fn page(language: Language, failed: &Failure) -> Response {
    let page = FailurePage {
        frame: Frame::bare(language),
        status: failed.code.status().as_u16(),
        message: harmless(match language {
            Language::Chinese => chinese(failed),
            Language::English => &failed.message,
        }),
    };
    let text = page.render().unwrap_or_else(|_| failed.message.clone());
    let mut response = reply::of_kind(reply::HTML, text);
    failure::mark(&mut response, failed.code);
    response
}

/// What people can do about it; what is wrong with a parameter says the message.
fn chinese(failed: &Failure) -> &str {
    match failed.code {
        Code::NoSuchArticle => "没有这篇文章，也许已经不在档案里。可以按标题里的词搜索。",
        Code::NoSuchPath => "这个地址什么也没有。",
        Code::GenerationGone => {
            "档案已经更新，这个链接所指的版本不再保留。去掉地址里的 generation 就能看到现在的结果。"
        }
        Code::TooBroad => "这个查询要找的太多了：请减少引号、单字或通配符，或者写得更具体一些。",
        Code::OutOfTime => "查询太慢，已经停止：请写得更具体一些。",
        Code::TooManySearches => "现在搜索的人太多，请过一秒再试。",
        Code::Internal => "索引读不出来，服务器的日志里有原因。",
        Code::QueryTooLong => "查询太长了。",
        _ => &failed.message,
    }
}
