//! Pages in forced colours, as a high-contrast theme of the system has them: backgrounds are gone, borders remain.

use serde_json::json;

use crate::browser::{Browser, Scripts, journey};

/// What has no border though it needs one, and the entries of the navigation that look like the current one.
const LOOK: &str = r#"
const probe = document.body.appendChild(document.createElement("span"));
probe.style.color = "Canvas";
const canvas = getComputedStyle(probe).color;
probe.remove();
const bordered = (element) => {
  const style = getComputedStyle(element);
  return parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" && style.borderTopColor !== canvas;
};
const looks = (element) => getComputedStyle(element).borderBottomColor !== canvas;
return {
  active: matchMedia("(forced-colors: active)").matches,
  bare: [...document.querySelectorAll("form.search, form.search button")].filter((e) => !bordered(e)).map((e) => e.outerHTML),
  current: [...document.querySelectorAll(".mainnav a")].filter(looks).map((e) => e.getAttribute("aria-current")),
};
"#;

#[tokio::test]
async fn in_forced_colours_the_search_has_borders_and_one_entry_is_current() {
    journey("forced-colours", Scripts::Run, async |browser: Browser| {
        for (path, current) in [("/", json!([])), ("/aide", json!(["true"])), ("/forum", json!(["true"]))] {
            browser.visit(path).await;
            browser.forced_colours().await;
            assert_eq!(browser.run(LOOK).await, json!({ "active": true, "bare": [], "current": current }), "{path}");
        }
    })
    .await;
}
