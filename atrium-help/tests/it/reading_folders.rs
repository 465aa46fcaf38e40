//! Content folders as file systems give them: links, hidden names, what cannot be read, what is older than what is kept.

use std::os::unix::fs::symlink;
use std::path::Path;

use atrium_core::Atrium;
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestSite;
use atrium_help::Help;
use atrium_help::content::{Folder, Severity};
use atrium_help::sync::{Removals, Report};

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn article(title: &str) -> String {
    format!("---\ntitle: {title}\n---\nTexte de {title}.")
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().map(|fault| format!("{} {fault}", fault.severity.as_str())).collect()
}

async fn bring(site: &TestSite, dir: &Path) -> Report {
    let folder = Folder::read(dir).unwrap().kept_as("aide");
    Help::of(site.atrium().db()).content().sync(&site.system(), folder, Removals::Few).await.unwrap()
}

/// Returns a node on the site's database that starts with the content at `dir`.
async fn node(site: &TestSite, dir: &Path) -> Atrium {
    let data = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(data.path());
    let builder = Atrium::builder().settings(settings).clock(site.clock().clone());
    builder.plugin(Help::from_dir(dir).kept_as("aide")).build().await.unwrap()
}

async fn doctor(site: &TestSite) -> Vec<String> {
    let findings = Help::new().doctor(site.atrium().context()).await;
    findings.into_iter().map(|finding| finding.message).collect()
}

#[tokio::test]
async fn a_folder_mounted_by_kubernetes_is_read_through_its_links() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path();
    write(&dir.join("..2026_09_01/casier/rendre.md"), &article("Rendre"));
    write(&dir.join("..2026_09_01/plat.md"), &article("Plat"));
    symlink("..2026_09_01", dir.join("..data")).unwrap();
    symlink("..data/casier", dir.join("casier")).unwrap();
    symlink("..data/plat.md", dir.join("plat.md")).unwrap();
    let folder = Folder::read(dir).unwrap();
    assert_eq!(folder.titles().map(|(source, _)| source).collect::<Vec<_>>(), ["casier/rendre", "plat"]);
    assert!(folder.faults.iter().all(|fault| fault.severity == Severity::Note), "{:?}", folder.faults);
}

#[tokio::test]
async fn hidden_names_are_no_content_and_everything_left_out_is_told() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path();
    for hidden in [".git/x.md", ".trash/x.md", "node_modules/x.md", "casier/.brouillon.md"] {
        write(&dir.join(hidden), &article("Caché"));
    }
    write(&dir.join("casier/MAJ.MD"), &article("MAJ"));
    write(&dir.join("casier/autre.markdown"), &article("Autre"));
    write(&dir.join("casier/page.mdx"), &article("Page"));
    let folder = Folder::read(dir).unwrap();
    assert_eq!(folder.titles().map(|(source, _)| source).collect::<Vec<_>>(), ["casier/MAJ", "casier/autre"]);
    let told: Vec<_> = folder.faults.iter().map(ToString::to_string).collect();
    for name in [".git", ".trash", "node_modules", "casier/.brouillon.md", "casier/page.mdx"] {
        assert!(told.iter().any(|line| line.contains(&format!("`{name}`"))), "{name}: {told:?}");
    }
}

#[tokio::test]
async fn links_that_turn_in_circles_or_lead_out_end_and_are_told() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let dir = root.path();
    write(&dir.join("casier/rendre.md"), &article("Rendre"));
    write(&outside.path().join("secret.md"), &article("Secret"));
    symlink("..", dir.join("casier/haut")).unwrap();
    symlink("casier", dir.join("aussi")).unwrap();
    symlink(outside.path(), dir.join("dehors")).unwrap();
    symlink(outside.path().join("secret.md"), dir.join("casier/secret.md")).unwrap();
    symlink("rendre.md", dir.join("casier/copie.md")).unwrap();
    let folder = Folder::read(dir).unwrap();
    assert_eq!(folder.titles().map(|(source, _)| source).collect::<Vec<_>>(), ["casier/copie", "casier/rendre"]);
    let told: Vec<_> = folder.faults.iter().map(ToString::to_string).collect();
    for path in ["casier/haut", "aussi", "dehors", "casier/secret.md"] {
        assert!(told.iter().any(|line| line.starts_with(&format!("{path}:1: "))), "{path}: {told:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_keeps_its_old_version_and_stops_nothing_else() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let root = tempfile::tempdir().unwrap();
    let dir = root.path();
    for path in ["casier/rendre.md", "casier/voir.md", "moodle/un.md", "moodle/deux/trois.md"] {
        write(&dir.join(path), &article("Essai"));
    }
    assert!(bring(&site, dir).await.faults.is_empty());

    // As with a half-mounted volume: these links have no readable target.
    std::fs::remove_file(dir.join("casier/rendre.md")).unwrap();
    symlink("perdu.md", dir.join("casier/rendre.md")).unwrap();
    std::fs::remove_dir_all(dir.join("moodle")).unwrap();
    symlink("perdu", dir.join("moodle")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(dir.join("casier/tube.md")).status().unwrap().success());
    write(&dir.join("casier/neuf.md"), &article("Neuf"));
    let report = bring(&site, dir).await;
    assert_eq!((report.plan.added.len(), report.plan.removed.len()), (1, 0), "{:?}", told(&report));
    let errors: Vec<_> = report.of(Severity::Error).map(|fault| fault.file.as_str()).collect();
    assert_eq!(errors, ["casier/rendre.md", "casier/tube.md", "moodle"]);
    for path in ["casier/rendre", "casier/neuf", "moodle/un", "moodle/deux/trois", "moodle"] {
        site.visitor().get(&format!("/aide/{path}")).await.assert_status(200);
    }
    assert_eq!(doctor(&site).await.len(), 3);
}

#[tokio::test]
async fn every_fault_of_a_file_is_told_at_once() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let root = tempfile::tempdir().unwrap();
    let text = "---\ntitle: A\naudience: [prof, chef]\nowner: personne\nreview: demain\nsumary: B\n---\n\
                [rien](./rien.md)\n\n[nulle part](#absent)\n";
    write(&root.path().join("casier/a.md"), text);
    let report = Help::of(site.atrium().db()).content().check(Folder::read(root.path()).unwrap()).await.unwrap();
    let told = told(&report);
    for words in ["`prof`", "`chef`", "`personne`", "`review`", "`summary`", "`./rien.md`", "`#absent`"] {
        assert!(told.iter().any(|line| line.contains(words)), "{words}: {told:#?}");
    }
}

#[tokio::test]
async fn a_node_whose_content_folder_is_missing_serves_what_is_kept_and_tells_it() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("aide");
    let data = tempfile::tempdir().unwrap();
    let settings = site.atrium().settings().clone().data_dir(data.path());
    let builder = Atrium::builder().settings(settings).plugin(Help::from_dir(&dir));
    assert!(builder.build().await.is_err(), "nothing is kept that could be served");

    write(&dir.join("casier/rendre.md"), &article("Rendre"));
    bring(&site, &dir).await;
    std::fs::remove_dir_all(&dir).unwrap();
    let node = node(&site, &dir).await;
    site.visitor().at(&node).get("/aide/casier/rendre").await.assert_status(200);
    assert!(doctor(&site).await[0].contains("is not synchronised"), "{:?}", doctor(&site).await);
    node.stop().await.unwrap();
}

#[tokio::test]
async fn a_node_that_starts_with_older_content_changes_nothing_until_it_is_asked_to() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (dir, text) in
        [(&old, "---\ntitle: Rendre\n---\nLe zygomorphe."), (&new, "---\ntitle: Rendre\n---\nLe xylophone.")]
    {
        write(&dir.path().join("casier/rendre.md"), text);
    }
    write(&new.path().join("casier/neuf.md"), &article("Neuf"));
    // What can never be read does not keep it from being known.
    symlink("perdu.md", new.path().join("casier/perdu.md")).unwrap();
    let started = async |dir: &tempfile::TempDir, shown: &str, told: &str| {
        let node = node(&site, dir.path()).await;
        let page = format!("/aide/casier/rendre?fois={}", another());
        site.visitor().at(&node).get(&page).await.assert_status(200).assert_contains(shown);
        assert!(doctor(&site).await[0].contains(told), "{:?}", doctor(&site).await);
        node.stop().await.unwrap();
    };
    started(&old, "zygomorphe", "no problem found").await;
    started(&new, "xylophone", "casier/perdu.md").await;
    started(&old, "xylophone", "older than what is kept").await;
    started(&new, "xylophone", "casier/perdu.md").await;
    let report =
        Help::of(site.atrium().db()).content().check(Folder::read(old.path()).unwrap().kept_as("aide")).await.unwrap();
    assert!(told(&report)[0].starts_with("warning older than what is kept"), "{:?}", told(&report));

    // Somebody says that it is meant: now the other is the older one.
    bring(&site, old.path()).await;
    started(&old, "zygomorphe", "no problem found").await;
    started(&new, "zygomorphe", "older than what is kept").await;
}

#[tokio::test]
async fn content_that_states_earlier_days_is_older_though_it_was_never_seen() {
    let site = TestSite::builder().plugin(Help::new()).start().await;
    site.clock().set(super::at("2026-12-01T09:00:00Z"));
    let dated = |day: &str, text: &str| format!("---\ntitle: Rendre\nupdated: {day}\n---\n{text}");
    let (old, new, newer) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(&old.path().join("casier/rendre.md"), &dated("2026-09-01", "Le zygomorphe."));
    write(&new.path().join("casier/rendre.md"), &dated("2026-10-01", "Le xylophone."));
    write(&newer.path().join("casier/rendre.md"), &dated("2026-11-01", "Le yucca."));
    bring(&site, new.path()).await;
    for (dir, shown) in [(&old, "xylophone"), (&newer, "yucca")] {
        let node = node(&site, dir.path()).await;
        let page = format!("/aide/casier/rendre?fois={}", another());
        site.visitor().at(&node).get(&page).await.assert_contains(shown);
        node.stop().await.unwrap();
    }
}

/// Pages kept for visitors are told apart by their addresses.
fn another() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
