//! The school's own site with the platform inside: `cargo run -p atrium-embed`, then <http://127.0.0.1:3001>.

use atrium_core::config::Settings;
use atrium_core::web::{Server, ServerLimits};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::from_env()?.listen(([127, 0, 0, 1], 3001).into());
    let address = settings.listen;
    let (app, atrium) = atrium_embed::app(settings).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{address}");
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Server::new(app).limits(ServerLimits::of(atrium.settings())).serve(listener, stop).await;
    Ok(atrium.stop().await?)
}
