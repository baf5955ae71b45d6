//! The desktop app: composes the keeper, its window, its tray and its deep links.
//!
//! Not here: anything that decides something about a vault, an account or a repository.

#[cfg(test)]
mod bindings;
mod commands;
mod events;
mod lifecycle;
mod pages;
mod seat;
mod window;

fn main() {
    let border = commands::border();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_opener::init())
        .manage(seat::Seat::default())
        .invoke_handler(border.invoke_handler())
        .setup(move |app| {
            border.mount_events(app);
            Ok(())
        })
        .build(tauri::generate_context!());
    if let Ok(app) = built {
        app.run(|_, _| {});
    }
}
