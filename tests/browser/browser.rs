//! A headless chromium, with calls that wait until they have an answer.
//!
//! The tests skip where there is no chromium or no chromedriver; with `STANCE_BROWSER=required` that is a failure.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::webdriver::WebDriver;

/// How long anything may take but training.
const PATIENCE: Duration = Duration::from_secs(60);

/// One browser at a time: several would only wait for the same processor.
static ONE: Mutex<()> = Mutex::new(());

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
    driver: WebDriver,
    downloads: TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Browser {
    /// A new browser that has seen nothing yet, if one is installed.
    pub fn start() -> Option<Browser> {
        let (chromedriver, chromium) = installed()?;
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let downloads = tempfile::tempdir().expect("a temporary folder");
        // Without the sandbox, which containers and root do not allow: it only ever sees this program's own page.
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
        let options = json!({
            "binary": chromium,
            "args": arguments,
            "prefs": {"download.default_directory": downloads.path()},
        });
        let driver = WebDriver::start(&chromedriver, json!({"browserName": "chrome", "goog:chromeOptions": options}));
        let browser = Browser { driver, downloads, _one: one };
        browser.size(1280, 900);
        Some(browser)
    }

    /// Opens an address, from anew also where only the view differs.
    pub fn open(&self, url: &str) {
        self.driver.tell("url", &json!({"url": "about:blank"})).expect("an empty page opens");
        self.driver.tell("url", &json!({"url": url})).expect("the page opens");
    }

    /// The value of a script, which begins with `return` if it has one.
    pub fn run(&self, script: &str) -> Value {
        self.driver.execute("sync", script).unwrap_or_else(|e| panic!("{script:.200}: {e}"))
    }

    /// The same for a script that calls `done(value)` some time.
    pub fn run_until_done(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.driver.execute("async", &script).expect("the script ends")
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
        keys.chars().for_each(|key| drop(self.driver.press(key).expect("the key is pressed")));
    }

    /// Clicks the first button whose text begins so, once it is there.
    pub fn click(&self, text: &str) {
        let find = format!(
            "[...document.querySelectorAll('button')].find(b => !b.disabled && b.checkVisibility() && b.innerText.trim().startsWith({text:?}))"
        );
        self.until(&format!("Boolean({find})"));
        let found = self.run(&format!("const found = {find}; found.scrollIntoView({{block: 'center'}}); return found"));
        self.driver.click(&found).unwrap_or_else(|e| panic!("{text}: {e}"));
    }

    /// Types into a field, or chooses a file in one.
    pub fn type_into(&self, selector: &str, text: &str) {
        self.driver.type_into(selector, text).unwrap_or_else(|e| panic!("{selector}: {e}"));
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
        self.driver.tell("goog/cdp/execute", &json!({"cmd": command, "params": parameters})).expect(command);
    }

    /// Writes what is seen as a picture.
    pub fn picture(&self, file: &Path) {
        let encoded = self.driver.screenshot().expect("a picture");
        fs::write(file, decoded(encoded.as_str().expect("text"))).expect("the picture can be written");
    }

    /// The text of a file that the page saved, once it is there.
    pub fn saved(&self, name: &str) -> String {
        String::from_utf8(self.saved_bytes(name)).expect("UTF-8")
    }

    /// The same for any file.
    pub fn saved_bytes(&self, name: &str) -> Vec<u8> {
        let (file, begin) = (self.downloads.path().join(name), Instant::now());
        loop {
            match fs::read(&file) {
                Ok(bytes) if !bytes.is_empty() => return bytes,
                _ => assert!(begin.elapsed() < PATIENCE, "{name} was not saved"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The bytes of base 64 (RFC 4648).
fn decoded(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte))
        .map(|digit| digit as u32)
        .collect();
    let bytes = |four: &[u32]| {
        let bits = four.iter().enumerate().fold(0, |bits, (at, digit)| bits | digit << (18 - 6 * at));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(bytes).collect()
}
