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
    assert_eq!(post("[a](javascript:x)"), "<p>a (javascript:x)</p>\n");
    assert!(post("## B\n[a](#b) [c](#d)").contains("href=\"#post-7-b\""));
}

#[test]
fn images_are_ours_or_links() {
    let ours = post("![vue](/fichiers/3/a.png \"titre\")");
    assert_eq!(ours, "<p><img src=\"/fichiers/3/a.png\" alt=\"vue\" title=\"titre\" loading=\"lazy\"></p>\n");
    let elsewhere = post("![vue *x*](https://a.fr/b.png)");
    assert_eq!(elsewhere, "<p><a href=\"https://a.fr/b.png\" rel=\"nofollow ugc noopener\">vue x</a></p>\n");
    assert_eq!(post("![vue](data:image/png;base64,xx)"), "<p>vue (data:image/png;base64,xx)</p>\n");
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

#[test]
fn bare_addresses_become_links() {
    let html = article_html("Voir www.pix.example, aide@region.example et `www.a.fr`. [Appeler](tel:+33123456789)\n");
    assert!(html.contains("<a href=\"https://www.pix.example\" rel=\"noopener\">www.pix.example</a>,"), "{html}");
    assert!(html.contains("<a href=\"mailto:aide@region.example\" rel=\"noopener\">aide@region.example</a>"), "{html}");
    assert!(html.contains("<code>www.a.fr</code>") && html.contains("href=\"tel:+33123456789\""), "{html}");
}

#[test]
fn addresses_with_marks_in_them_stay_whole() {
    for address in [
        "https://docs.example.org/3/__main__.html",
        "https://a.fr/_x_/*y*/~~z~~/fin",
        "https://a.fr/__init__",
        "https://a.fr/?a=__b__&c=__d__",
    ] {
        let html = article_html(&format!("Voir {address} **ici**, _là_.\n"));
        let escaped = address.replace('&', "&amp;");
        assert!(html.contains(&format!(">{escaped}</a> <strong>ici</strong>, <em>là</em>.")), "{html}");
        assert!(post(address).contains(&format!(">{escaped}</a>")), "{address}");
    }
    assert_eq!(
        article_html("_https://a.fr_"),
        "<p><em><a href=\"https://a.fr\" rel=\"noopener\">https://a.fr</a></em></p>\n"
    );
    let html = article_html("**https://a.fr/b** et *x https://a.fr* y");
    assert!(html.contains("<strong><a href=\"https://a.fr/b\"") && html.contains("https://a.fr</a></em> y"), "{html}");
}

#[test]
fn named_places_and_accented_anchors_are_found() {
    let rendered = article(
        "[a](#ici) [b](#Étape 2) [c](#dépôt-élève) [d](#%C3%A9tape%202) [e](#non)\n\n<a name=\"ici\"></a>\n\n\
         <a id=\"Étape 2\"></a>\n\n## Dépôt élève\n\n<a name=\"suite\"></a>\n## Suite\n",
    );
    let hrefs: Vec<_> = rendered.links.iter().map(|link| link.href.as_deref()).collect();
    // A target with a space is not a link in Markdown.
    assert_eq!(hrefs, [Some("#ici"), Some("#depot-eleve"), Some("#etape-2"), None]);
    assert_eq!(kinds(&rendered), [(1, ProblemKind::BrokenAnchor("#non".into()))]);
    let ids: Vec<_> = rendered.anchors.iter().map(|anchor| (anchor.id.as_str(), anchor.line)).collect();
    assert_eq!(ids, [("ici", 3), ("etape-2", 5), ("depot-eleve", 7), ("suite", 10)]);
    assert_eq!(rendered.anchor("#Étape 2"), Some("etape-2"));
    assert_eq!(rendered.html().as_str().matches(" id=\"").count(), 4);
}

#[test]
fn images_without_a_description_are_told_from_decoration() {
    let rendered = article("![](a.png)\n\n<img src=\"b.png\" alt=\"\">\n\n<img src=\"c.png\">\n");
    let images: Vec<_> = rendered.images.iter().map(|image| (image.alt.as_deref(), image.line)).collect();
    assert_eq!(images, [(None, 1), (Some(""), 3), (None, 5)]);
}

#[test]
fn link_targets_that_no_link_uses_are_shown_and_told() {
    let rendered = article("Sources : [a]\n\n[a]: /aide\n[B c]: https://b.fr \"Titre\"\n[//]: # (un commentaire)\n");
    assert_eq!(kinds(&rendered), [(4, ProblemKind::UnusedDefinition("B c".into()))]);
    let html = rendered.html();
    assert!(
        html.as_str().contains("<p>[B c]: <a href=\"https://b.fr\" rel=\"noopener\">https://b.fr</a> \"Titre\"</p>"),
        "{html:?}"
    );
    assert!(!html.as_str().contains("commentaire"));
    assert!(post("[a]: https://a.fr\n[b]: https://b.fr").contains("</a><br>\n[b]: "));
}
