//! Links, images, anchors.

use super::*;

#[test]
fn links_of_a_post_are_marked_as_a_readers() {
    let rel = "rel=\"nofollow ugc noopener\"";
    assert_eq!(post("[a](https://a.fr)"), format!("<p><a href=\"https://a.fr\" {rel}>a</a></p>\n"));
    assert_eq!(
        post("https://a.fr, <b@c.fr>"),
        format!("<p><a href=\"https://a.fr\" {rel}>https://a.fr</a>, <a href=\"mailto:b@c.fr\" {rel}>b@c.fr</a></p>\n")
    );
    assert_eq!(post("[](https://a.fr)"), format!("<p><a href=\"https://a.fr\" {rel}>https://a.fr</a></p>\n"));
    assert_eq!(post("`https://a.fr`"), "<p><code>https://a.fr</code></p>\n");
    assert_eq!(post("[a](javascript:x)"), "<p>a</p>\n");
    assert!(post("## B\n[a](#b) [c](#d)").contains("href=\"#post-7-b\""));
}

#[test]
fn images_are_ours_or_links() {
    let ours = post("![vue](/fichiers/3/a.png \"titre\")");
    assert_eq!(ours, "<p><img src=\"/fichiers/3/a.png\" alt=\"vue\" title=\"titre\" loading=\"lazy\"></p>\n");
    let elsewhere = post("![vue *x*](https://a.fr/b.png)");
    assert_eq!(elsewhere, "<p><a href=\"https://a.fr/b.png\" rel=\"nofollow ugc noopener\">vue x</a></p>\n");
    assert_eq!(post("![vue](data:image/png;base64,xx)"), "<p>vue</p>\n");
    assert!(!post("[![vue](https://a.fr/b.png)](https://c.fr)").contains("b.png"));
}

#[test]
fn links_between_articles_become_urls() {
    let rendered = article("[a](../messagerie/ecrire.md#x)\n[b](../messagerie/perdu.md)\n[c](#perdu)\n");
    let hrefs: Vec<Option<&str>> = rendered.links.iter().map(|link| link.href.as_deref()).collect();
    assert_eq!(hrefs, [Some("/aide/messagerie/ecrire#x"), None, None]);
    let expected = [
        (2, ProblemKind::BrokenLink("../messagerie/perdu.md".into())),
        (3, ProblemKind::BrokenAnchor("#perdu".into())),
    ];
    assert_eq!(kinds(&rendered), expected);
    assert_eq!(rendered.links[0].text, "a");
}

#[test]
fn images_and_anchors_are_told_with_their_lines() {
    struct Files;
    impl LinkResolver for Files {
        fn article(&self, _: &str) -> Option<String> {
            None
        }
        fn image(&self, path: &str) -> Option<String> {
            (path == "casier/écran 1.png").then(|| "/aide/images/abc.png".to_owned())
        }
    }
    let rendered = render(
        "![Vue](<écran 1.png>)\n\n## Dépôt élève\n\n![](perdue.png)\n",
        &Options::article("casier/rendre", &Files),
    );
    let images: Vec<_> = rendered.images.iter().map(|i| (i.src.as_deref(), i.alt.as_deref(), i.line)).collect();
    assert_eq!(images, [(Some("/aide/images/abc.png"), Some("Vue"), 1), (None, None, 5)]);
    assert_eq!(rendered.anchors, [Anchor { id: "depot-eleve".into(), name: None, line: 3 }]);
    for fragment in ["#dépôt-élève", "d%C3%A9p%C3%B4t-%C3%A9l%C3%A8ve", "depot-eleve", "#Dépôt élève"] {
        assert_eq!(rendered.anchor(fragment), Some("depot-eleve"), "{fragment}");
    }
    assert_eq!(rendered.anchor("#autre"), None);
}
