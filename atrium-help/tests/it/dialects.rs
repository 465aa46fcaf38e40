//! Documentation written for other tools: read as it is, with warnings and without refusals.

use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::{Folder, Severity};
use atrium_help::sync::Removals;

/// Folders as each tool's own documentation has them, in our words.
const DIALECTS: [(&str, &[(&str, &str)]); 8] = [
    (
        "docusaurus",
        &[
            (
                "intro.md",
                "---\nsidebar_position: 1\nslug: /\n---\n\n# Bien débuter\n\n:::tip Conseil\n\nLisez.\n\n:::\n",
            ),
            ("tutorial/_category_.json", "{\"label\": \"Tutoriel\"}"),
            (
                "tutorial/create-a-page.md",
                "---\nid: create-a-page\ntitle: Créer une page\nhide_title: true\n---\n\n[intro](../intro.md)\n",
            ),
            ("tutorial/advanced/versions.mdx", "import Tabs from '@theme/Tabs';\n"),
            ("tutorial/advanced/plugins.md", "# Greffons\n\n[page](../create-a-page)\n"),
        ],
    ),
    (
        "mkdocs",
        &[
            ("index.md", "# Bienvenue\n\nVoir le [guide](user-guide/writing-your-docs.md).\n"),
            (
                "user-guide/writing-your-docs.md",
                "Title: Écrire\n\n# Écrire sa documentation\n\n!!! note\n    Un mot.\n",
            ),
            ("user-guide/index.md", "# Le guide\n"),
            ("css/extra.css", "body {}"),
        ],
    ),
    (
        "mdbook",
        &[
            ("SUMMARY.md", "# Sommaire\n\n- [Installation](guide/installation.md)\n"),
            ("guide/README.md", "# Guide\n"),
            (
                "guide/installation.md",
                "# Installation\n\n{{#include ../exemple.rs}}\n\n[format](../format/theme/index.html)\n",
            ),
            ("format/theme/README.md", "# Thème\n"),
            ("format/theme/index-hbs.md", "# index.hbs\n"),
        ],
    ),
    (
        "hugo",
        &[
            ("_index.md", "+++\ntitle = \"Documentation\"\n+++\n"),
            (
                "content/quick-start.md",
                "+++\ntitle = \"Démarrage\"\nweight = 20\ndraft = false\n[menu.main]\nparent = \"docs\"\n+++\n\n{{< code-toggle >}}\n",
            ),
            ("content/_index.md", "+++\ntitle = \"Contenu\"\ndescription = \"Ce qui s’écrit.\"\n+++\n"),
            ("content/brouillon.md", "+++\ntitle = \"Brouillon\"\ndraft = true\n+++\nPas encore.\n"),
        ],
    ),
    (
        "jekyll",
        &[
            (
                "_docs/installation.md",
                "---\nlayout: default\ntitle: Installation\npermalink: /docs/installation/\n---\n{% include ad.html %}\n\nTexte.\n",
            ),
            (
                "_posts/2024-01-02-nouveautes.markdown",
                "---\nlayout: post\ntitle:  \"Nouveautés\"\ndate:   2024-01-02 10:00:00 +0100\ncategories: [news]\n---\nTexte.\n",
            ),
        ],
    ),
    (
        "vitepress",
        &[
            ("guide/what-is-vitepress.md", "# Qu’est-ce que VitePress ? {#what}\n\n::: warning\nAttention.\n:::\n"),
            ("index.md", "---\nlayout: home\nhero:\n  name: VitePress\n---\n"),
        ],
    ),
    (
        "docsify",
        &[
            ("README.md", "# Docsify\n\n> Un site.\n"),
            ("quickstart.md", "# Démarrage rapide\n"),
            ("_sidebar.md", "- [Accueil](/)\n"),
            ("zh-cn/快速开始.md", "# 快速开始\n"),
        ],
    ),
    (
        "github",
        &[
            ("README.md", "<h1 align=\"center\">Projet</h1>\n\nTexte.\n"),
            ("docs/Mise en route.md", "Mise en route\n=============\n\nTexte.\n"),
            ("docs/FAQ.MD", "## Questions\n\nSans titre de premier niveau.\n"),
        ],
    ),
];

#[tokio::test]
async fn folders_of_eight_tools_load_with_warnings_and_without_refusals() {
    for (tool, files) in DIALECTS {
        let site = TestSite::builder().plugin(Help::new()).start().await;
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let folder = Folder::of(tool, files);
        let report = Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
        let errors: Vec<_> = report.of(Severity::Error).map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{tool}: {errors:?}");
        assert!(!report.plan.added.is_empty(), "{tool}");
        let again = Help::of(site.atrium().db()).content().check(sync_folder(tool)).await.unwrap();
        assert!(again.plan.is_empty(), "{tool}: {:?}", again.plan);
    }
}

fn sync_folder(tool: &str) -> Folder {
    let (_, files) = DIALECTS.iter().find(|(name, _)| *name == tool).unwrap();
    Folder::of(tool, files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
}

#[tokio::test]
async fn a_deep_folder_is_walked_from_the_home_to_its_articles_and_found() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let files = [
        ("guide/index.md", "# Le guide\n\nOn y apprend le zygomorphe.\n\n::: pour profil=teacher\nPour eux.\n:::\n"),
        ("guide/Installer/Sous Linux/Été.md", "# L’été\n\nLe xylophone.\n"),
        ("guide/premiers-pas.md", "# Premiers pas\n\n[été](Installer/Sous%20Linux/Été.md) [plus](./Installer/)\n"),
    ];
    let folder = Folder::of("aide", files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
    let report = Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    site.settle().await;
    let visitor = site.visitor();
    visitor.get("/aide").await.assert_contains("href=\"/aide/guide\"").assert_lacks("href=\"/aide/guide/Installer\"");
    let guide = visitor.get("/aide/guide").await;
    guide.assert_contains("zygomorphe").assert_contains("href=\"/aide/guide/Installer\"").assert_contains("for-block");
    visitor.get("/aide/guide/Installer").await.assert_contains("href=\"/aide/guide/Installer/sous-linux\"");
    let article = "/aide/guide/Installer/sous-linux/ete";
    let page = visitor.get(article).await;
    page.assert_status(200).assert_contains("href=\"/aide/guide/Installer\"").assert_contains("Sous Linux");
    let first = visitor.get("/aide/guide/premiers-pas").await;
    first.assert_contains(&format!("href=\"{article}\"")).assert_contains("href=\"/aide/guide/Installer\"");
    let hit = visitor.get("/api/v1/search?q=xylophone").await.json()["hits"][0].clone();
    assert_eq!((hit["url"].as_str(), hit["source"].as_str()), (Some(article), Some("guide/Installer/Sous Linux/Été")));
    assert_eq!(hit["breadcrumb"][0], "Le guide");
    let hit = visitor.get("/api/v1/search?q=zygomorphe").await.json()["hits"][0].clone();
    assert_eq!((hit["url"].as_str(), hit["source"].as_str()), (Some("/aide/guide"), Some("guide/index")));
    let sent = visitor.post(&format!("{article}/avis"), &[("useful", "yes"), ("comment", "")]).await;
    sent.assert_status(303);
    assert_eq!(visitor.get(&format!("{article}/")).await.assert_status(301).location(), article);
}

#[tokio::test]
async fn articles_inside_a_collection_that_some_may_not_see_do_not_show_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let files = [
        ("guide/_index.md", "---\ntitle: Le guide\n---\nZygomorphe."),
        ("guide/interne/a.md", "---\ntitle: A\nvisibility: [observer]\n---\nTexte"),
        ("guides/b.md", "# B\n\nTexte"),
    ];
    let folder = Folder::of("aide", files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap();
    site.settle().await;
    for path in ["/aide/guide", "/aide/guide/interne", "/aide/guide/interne/a"] {
        site.visitor().get(path).await.assert_status(404);
    }
    site.visitor().get("/aide").await.assert_lacks("Le guide");
    assert_eq!(site.visitor().get("/api/v1/search?q=zygomorphe").await.json()["total"], 0);
}
