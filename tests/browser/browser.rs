//! A headless chromium behind chromedriver, spoken to over WebDriver, with calls that wait until they have an answer.
//!
//! The tests skip where there is no chromium or no chromedriver; with `STANCE_BROWSER=required` that is a failure.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::extensions::cdp::ChromeDevTools;
use thirtyfour::prelude::*;
use tokio::runtime::{Builder, Runtime};

/// How long anything may take but training.
const PATIENCE: Duration = Duration::from_secs(60);

/// The programs, if both are there.
pub fn installed() -> Option<(PathBuf, PathBuf)> {
    let found = on_path("chromedriver").zip(on_path("chromium").or_else(|| on_path("google-chrome")));
    if found.is_none() {
        let needed = "chromium and chromedriver (Debian: apt-get install chromium chromium-driver)";
        assert!(env::var("STANCE_BROWSER").as_deref() != Ok("required"), "STANCE_BROWSER=required, but no {needed}");
        eprintln!("skipped: needs {needed}");
    }
    found
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// One window. Dropping it ends the browser.
pub struct Browser {
    runtime: Runtime,
    driver: Option<WebDriver>,
    chromedriver: Child,
    downloads: TempDir,
}

impl Browser {
    /// A new browser that has seen nothing yet, if one is installed.
    pub fn start() -> Option<Browser> {
        let (chromedriver, chromium) = installed()?;
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (chromedriver, port) = started(&chromedriver);
        let downloads = tempfile::tempdir().expect("a temporary folder");
        let capabilities = capabilities(&chromium, downloads.path()).expect("capabilities");
        let driver = runtime.block_on(WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities));
        let driver = Some(driver.expect("chromedriver starts chromium"));
        let browser = Browser { runtime, driver, chromedriver, downloads };
        browser.size(1280, 900);
        Some(browser)
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("it is there until the end")
    }

    /// Opens an address.
    pub fn open(&self, url: &str) {
        self.runtime.block_on(self.driver().goto(url)).expect("the page opens");
    }

    /// The value of a script, which begins with `return` if it has one.
    pub fn run(&self, script: &str) -> Value {
        let answer = self.runtime.block_on(self.driver().execute(script, Vec::new()));
        answer.unwrap_or_else(|e| panic!("{script:.200}: {e}")).json().clone()
    }

    /// The same for a script that calls `done(value)` some time.
    pub fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        let answer = self.runtime.block_on(self.driver().execute_async(script, Vec::new()));
        answer.expect("the script ends").json().clone()
    }

    /// Waits until an expression is truthy and gives its value; says what the page shows if that never happens.
    pub fn until(&self, expression: &str) -> Value {
        self.until_within(PATIENCE, expression)
    }

    /// The same with another patience.
    pub fn until_within(&self, patience: Duration, expression: &str) -> Value {
        let begin = Instant::now();
        loop {
            let value = self.run(&format!("return ({expression})"));
            if !matches!(value, Value::Null | Value::Bool(false)) && value != json!(0) && value != json!("") {
                return value;
            }
            if begin.elapsed() > patience {
                panic!("never: {expression}\nthe page:\n{}", self.text("body"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The text of the first element of a selector.
    pub fn text(&self, selector: &str) -> String {
        let value = self.run(&format!("return document.querySelector({selector:?})?.innerText ?? ''"));
        value.as_str().unwrap_or_default().to_string()
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) {
        for key in keys.chars() {
            let pressed = self.driver().action_chain().send_keys(key.to_string());
            self.runtime.block_on(pressed.perform()).expect("the key is pressed");
        }
    }

    /// Clicks the first button whose text begins so, once it is there.
    pub fn click(&self, text: &str) {
        let find = format!(
            "[...document.querySelectorAll('button')].find(b => !b.disabled && b.checkVisibility() && b.innerText.trim().startsWith({text:?}))"
        );
        self.until(&format!("Boolean({find})"));
        self.run(&format!("{find}.click()"));
    }

    /// Types into a field, or chooses a file in one.
    pub fn type_into(&self, selector: &str, text: &str) {
        let typed = async {
            let field = self.driver().find(By::Css(selector)).await?;
            field.send_keys(text).await
        };
        self.runtime.block_on(typed).unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Makes the page as wide and high as a device.
    pub fn size(&self, width: u32, height: u32) {
        let device = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tell("Emulation.setDeviceMetricsOverride", device);
    }

    /// Light or dark, as the system's setting would be.
    pub fn theme(&self, theme: &str) {
        let features = json!([
            {"name": "prefers-color-scheme", "value": theme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.tell("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    fn tell(&self, command: &str, parameters: Value) {
        let tools = ChromeDevTools::new(self.driver().handle.clone());
        self.runtime.block_on(tools.execute_cdp_with_params(command, parameters)).expect(command);
    }

    /// Writes what is seen as a picture.
    pub fn picture(&self, file: &Path) {
        let png = self.runtime.block_on(self.driver().screenshot_as_png()).expect("a picture");
        fs::write(file, png).expect("the picture can be written");
    }

    /// The content of a file that the page saved, once it is there.
    pub fn saved(&self, name: &str) -> String {
        let (file, begin) = (self.downloads.path().join(name), Instant::now());
        loop {
            match fs::read_to_string(&file) {
                Ok(text) if !text.is_empty() => return text,
                _ => assert!(begin.elapsed() < PATIENCE, "{name} was not saved"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
    }
}

/// A chromedriver on a port of its own choice.
fn started(program: &Path) -> (Child, u16) {
    let mut child = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok());
    // What it says further must go somewhere.
    std::thread::spawn(move || lines.for_each(drop));
    (child, port.expect("chromedriver says its port"))
}

fn capabilities(chromium: &Path, downloads: &Path) -> WebDriverResult<Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    chrome.set_binary(chromium.to_str().expect("UTF-8"))?;
    // Without the sandbox, which containers and root do not allow: it only ever sees this program's own page.
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
    {
        chrome.add_arg(argument)?;
    }
    chrome.add_experimental_option("prefs", json!({"download.default_directory": downloads}))?;
    Ok(chrome.into())
}
