#!/usr/bin/env bash
# Indexes the documents of evaluation sets and prints one table of all sets.
#
#   scripts/eval_sets.sh SETS INDEXES [--only NAME[,NAME…]] [--variant HOW] [OPTION…]
#
# SETS     a folder with a folder for each set:
#            docs.jsonl.zst   the documents: JSON Lines, compressed with zstd; or, in a set that has
#                             the documents of another, a link to that file, or a line with its path,
#                             relative to the set
#            queries.tsv      `id TAB text` a line
#            qrels.tsv        `query 0 document relevance` a line
# INDEXES  the folder for the indexes, one for each file of documents. What is indexed already stays;
#          an index of another version is built anew.
# --only     only these sets
# --variant  the queries typed in another way: traditional, fullwidth or spaced;
#            or in other words: question, terse, reordered or typo
# OPTION     any other option of `newsearch eval`: --halves, --markdown, --run DIR, --compare DIR, …
#
# The program is target/release/newsearch of this repository, unless $NEWSEARCH names another.
#
#   cargo build --release
#   scripts/eval_sets.sh ../sets /tmp/indexes --halves --run /tmp/runs
#   scripts/eval_sets.sh ../sets /tmp/indexes --variant spaced --compare /tmp/runs

set -euo pipefail

newsearch=${NEWSEARCH:-$(dirname "$0")/../target/release/newsearch}

main() {
    (($# >= 2)) || usage
    local sets=$1 indexes=$2 only= options=() set name docs index
    shift 2
    while (($#)); do
        case $1 in
            --only) only=${2:?--only NAME}; shift 2 ;;
            --variant) options+=(--rewrite "${2:?--variant HOW}"); shift 2 ;;
            *) options+=("$1"); shift ;;
        esac
    done
    [[ -d $sets ]] || fail "no such folder: $sets"
    command -v "$newsearch" >/dev/null || fail "no program at $newsearch: run cargo build --release"

    local found=()
    for set in "$sets"/*/; do
        name=$(basename "$set")
        [[ -f $set/queries.tsv && -f $set/qrels.tsv ]] || continue
        [[ -z $only || ,$only, == *,$name,* ]] || continue
        docs=$(docs_of "$set")
        index=$indexes/$(basename "$(dirname "$docs")")
        update "$index" "$docs"
        found+=(--set "$name=$index,${set}queries.tsv,${set}qrels.tsv")
    done
    ((${#found[@]})) || fail "no sets in $sets"
    "$newsearch" eval "${found[@]}" ${options[@]+"${options[@]}"}
}

# The file with the documents of a set, wherever it is.
docs_of() {
    local docs=$1/docs.jsonl.zst
    [[ -f $docs ]] || fail "no such file: $docs"
    is_compressed "$docs" || docs=$1/$(<"$docs")
    is_compressed "$docs" || fail "neither documents nor the path of any: $docs"
    realpath "$docs"
}

is_compressed() {
    [[ -f $1 && $(head -c 4 "$1" | od -An -tx1 | tr -d ' ') == 28b52ffd ]]
}

update() {
    mkdir -p "$(dirname "$1")"
    "$newsearch" index --quiet --index "$1" "$2" || "$newsearch" index --rebuild --index "$1" "$2"
}

usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

fail() {
    echo "error: $1" >&2
    exit 2
}

main "$@"
