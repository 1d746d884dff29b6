//! What the pages say, in Chinese and in English.

macro_rules! words {
    ($($name:ident: $chinese:literal, $english:literal;)*) => {
        /// What the pages say, in one language.
        #[derive(Debug)]
        pub struct Words {
            $(pub $name: &'static str,)*
        }

        /// In Chinese.
        pub static CHINESE: Words = Words { $($name: $chinese,)* };
        /// In English.
        pub static ENGLISH: Words = Words { $($name: $english,)* };
    };
}

words! {
    search: "搜索", "Search";
    placeholder: "公司、代码、词语，或“一句原话”", "a company, a code, words, or \"an exact quote\"";
    skip: "跳到结果", "Skip to results";
    article: "篇", "article";
    articles: "篇", "articles";
    story: "则报道", "story";
    stories: "则报道", "stories";
    milliseconds: "毫秒", "ms";
    by_relevance: "相关", "Relevance";
    by_date: "最新", "Newest";
    in_lines: "逐句", "In context";
    order: "排列", "Order";
    filters: "筛选", "Filters";
    source: "来源", "Source";
    company: "公司", "Company";
    tag: "标签", "Tag";
    category: "栏目", "Category";
    year: "年份", "Year";
    about: "主要涉及", "about it";
    mentions: "提及", "mentions";
    more: "更多", "more";
    unknown: "未注明", "not known";
    remove: "去掉", "remove";
    clear: "全部清除", "Clear all";
    timeline: "时间分布", "Over time";
    as_table: "看表格", "As a table";
    since: "从", "From";
    until: "到", "To";
    apply: "应用", "Apply";
    earlier: "前移", "Earlier";
    later: "后移", "Later";
    all_time: "全部时间", "All time";
    begins: "起", "Begins";
    share: "占比", "Share";
    chart_key: "浅色为篇数，深色为报道数（转载算一则）；拖动可选取时段", "Light: articles; dark: stories, reprints counted once. Drag to choose a span";
    partial: "不完整", "partial";
    beijing_time: "北京时间", "Beijing time";
    per_hour: "每小时", "by hour";
    per_day: "每日", "by day";
    per_week: "每周", "by week";
    per_month: "每月", "by month";
    per_quarter: "每季", "by quarter";
    per_year: "每年", "by year";
    also: "另有", "Also in";
    also_end: "家刊发", "others";
    first_in: "最早", "first";
    next_page: "下一页", "Next";
    previous_page: "上一页", "Previous";
    page: "第", "Page";
    page_end: "页", "";
    nothing: "没有找到", "Nothing found";
    nothing_hint: "可以试试：少写几个词，去掉引号或筛选，或者换一个说法，比如公司的全称或代码。", "Try fewer words, no quotes, no filters, or another name: the full name of a company, or its code.";
    feed: "订阅", "Feed";
    permalink: "固定链接", "Permalink";
    all_copies: "显示全部转载", "Show every copy";
    one_copy: "合并转载", "Fold reprints";
    recency_off: "不偏重新近", "Ignore age";
    recency_on: "偏重新近", "Prefer newer";
    as_of: "回到某日", "As of";
    now: "回到现在", "Back to now";
    as_of_note: "只看这一天为止的报道：", "As the archive was at the end of";
    up_to: "截至", "up to";
    help: "搜索说明", "Search help";
    keys: "快捷键", "Keys";
    language: "English", "中文";
    newest: "最近报道", "Latest stories";
    sources: "家来源", "sources";
    examples: "可以这样搜", "Try";
    untitled: "（无题）", "(no title)";
    undated: "日期不详", "no date";
    matches: "处匹配", "matches";
    next_match: "下一处", "Next match";
    previous_match: "上一处", "Previous match";
    original: "原文", "Original";
    cite: "引用", "Cite";
    copy: "复制", "Copy";
    copied: "已复制", "Copied";
    similar: "相似报道", "Similar stories";
    spread: "传播", "How it spread";
    spread_first: "首发", "first";
    minutes_after: "分钟后", "min later";
    kept: "保留原文", "of the wording";
    companies: "相关公司", "Companies";
    back: "返回结果", "Back to results";
    digest: "摘要", "Abstract";
    also_called: "又称", "also called";
    all_about: "全部报道", "All its stories";
    all_mentions: "所有提及", "Everything that mentions it";
    stands_out: "本月突出", "Stands out this month";
    latest: "最新报道", "Latest";
    left_context: "按前文", "By what precedes";
    right_context: "按后文", "By what follows";
    in_order: "按相关", "By relevance";
    lines: "行", "lines";
    also_as: "也按", "Also searched for:";
    also_as_end: "查找", "";
    only_typed: "只按原词", "Only as typed";
    stale: "索引暂时不能更新，这里是此前收录的内容。", "The index cannot be renewed for now: this is what it held before.";
    sorry: "没有做到", "That did not work";
    home: "回到首页", "Back to the start";
    not_counted: "这次没来得及统计", "Not counted this time";
    no_company: "没有涉及这个代码的报道", "No story is about this code";
}
