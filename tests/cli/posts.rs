//! The archive of the tests: posts about invented companies, in the shape of the real ones.

/// Title of [`BOND`].
pub const BOND_TITLE: &str = "云汐租赁发行首单绿色债券";
/// Title of [`RATE`].
pub const RATE_TITLE: &str = "海潮银行下调存款利率";
/// Title of [`PROFIT`].
pub const PROFIT_TITLE: &str = "青禾股份一季度净利增长两成";
/// Title of [`UNDATED`].
pub const UNDATED_TITLE: &str = "绿色金融名词解释";

pub const BOND_ID: &str = "202201052201000001";

pub const BOND: &str = r#"---
layout: post
title: "云汐租赁发行首单绿色债券"
date: 2022-01-05 16:43:43 +0800
categories: haichaoshe
tags: 海潮社新闻
---
<p>云汐租赁(609301)今日公告，公司发行首单绿色债券，加码绿色金融。</p><p><strong>资金投向</strong></p><p>募集资金将用于分布式光伏与储能项目。</p><p class="em_media">（文章来源：海潮社）</p>

<http://news.example.com/html_News/NewsShare.html?infoCode=NW202201052201000001>

[返回海潮社新闻](//news.example.com/category/haichaoshe.html)｜[返回首页](//news.example.com/)"#;

pub const RATE: &str = r#"---
layout: post
title: "海潮银行下调存款利率"
date: 2022-01-07 09:10:00 +0800
categories: yunfancaijing
tags: 云帆财经新闻
---
<p>海潮银行宣布，自下周起下调各期限存款利率。</p><p>分析人士认为，该行绿色金融业务不受影响。</p><p class="em_media">（文章来源：云帆财经）</p>

<http://news.example.com/html_News/NewsShare.html?infoCode=NW202201072201000002>

[返回云帆财经新闻](//news.example.com/category/yunfancaijing.html)｜[返回首页](//news.example.com/)"#;

pub const PROFIT: &str = r#"---
layout: post
title: "青禾股份一季度净利增长两成"
date: 2022-04-20 20:00:05 +0800
categories: haichaoshe
tags: 海潮社新闻
---
<p>青禾股份(309402)发布一季报，净利润同比增长两成，种子业务贡献过半。</p><p class="em_media">（文章来源：海潮社）</p>

<http://news.example.com/html_News/NewsShare.html?infoCode=NW202204202201000003>

[返回海潮社新闻](//news.example.com/category/haichaoshe.html)｜[返回首页](//news.example.com/)"#;

/// Neither its header nor its file name has a date.
pub const UNDATED: &str = r#"---
layout: post
title: "绿色金融名词解释"
date:  +0800
categories: yunfancaijing
tags: 云帆财经新闻
---
<p>绿色金融是指为环境改善提供的金融服务。</p><p class="em_media">（文章来源：云帆财经）</p>"#;

/// Where the posts stand in an archive.
pub const ALL: [(&str, &str); 4] = [
    (BOND_PATH, BOND),
    ("_posts/2022-01-07-NW202201072201000002.md", RATE),
    ("_posts/2022-04-20-NW202204202201000003.md", PROFIT),
    ("_posts/glossary.md", UNDATED),
];

pub const BOND_PATH: &str = "_posts/2022-01-05-NW202201052201000001.md";

/// A post with an id of its own, by its number.
pub fn numbered(number: u32, title: &str, body: &str) -> (String, String) {
    let id = format!("NW202203012202{number:06}");
    let path = format!("corpus/_posts/2022-03-01-{id}.md");
    let post = format!(
        "---\nlayout: post\ntitle: \"{title}\"\ndate: 2022-03-01 08:00:00 +0800\ncategories: haichaoshe\n\
         tags: 海潮社新闻\n---\n<p>{body}</p><p class=\"em_media\">（文章来源：海潮社）</p>\n\n\
         <http://news.example.com/html_News/NewsShare.html?infoCode={id}>\n"
    );
    (path, post)
}
