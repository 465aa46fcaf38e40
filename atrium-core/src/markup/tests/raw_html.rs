//! Raw HTML: text in a post, cleaned in an article.

use super::*;

#[test]
fn raw_html_of_a_post_is_text() {
    assert_eq!(post("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
    assert_eq!(post("<div>\n*a*\n</div>"), "<p>&lt;div&gt;<br>\n*a*<br>\n&lt;/div&gt;</p>\n");
    assert_eq!(post("<!-- a -->"), "<p>&lt;!-- a --&gt;</p>\n");
}

#[test]
fn raw_html_of_an_article_is_cleaned() {
    assert_eq!(article_html("<kbd>Ctrl</kbd> <span onclick=x>a</span>"), "<p><kbd>Ctrl</kbd> a</p>\n");
    assert_eq!(article_html("<b>a\n\nb"), "<p><b>a</b></p>\n<p>b</p>\n");
    let block = article("<details id=\"x\" onclick=\"y\"><summary>a</summary>b</details>\n<script>c</script>\n");
    assert_eq!(block.html().as_str(), "<details><summary>a</summary>b</details>\n");
    assert_eq!(block.sections[0].text, "a b");
    assert_eq!(article_html("<!-- caché -->\n\na"), "<p>a</p>\n");
}
