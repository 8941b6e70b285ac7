//! Where settings come from, laid over each other, each value knowing its source.

use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::{ALL, Flags, Setting, SettingsError};

/// The layers, and what was found wrong with their values so far.
pub(super) struct Sources {
    layers: Figment,
    problems: Vec<String>,
}

impl Sources {
    /// Lays the flags over the environment over the file over the defaults.
    ///
    /// Variables that are no setting are left alone (orchestrators add their own, such as
    /// `QUN_SERVICE_HOST`), and an empty one counts as not set.
    pub(super) fn gather(
        flags: &Flags,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let environment: Vec<_> = environment.filter(|(_, value)| !value.is_empty()).collect();
        let variable =
            |name: &str| environment.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
        let defaults = ALL.iter().filter_map(|setting| Some((setting.key, setting.default?.to_owned())));
        let variables =
            ALL.iter().filter_map(|setting| Some((setting.key, variable(&variable_of(setting.key))?)));

        let mut problems = Vec::new();
        let mut layers = Figment::from(Layer::of("the default", defaults));
        if let Some(file) = flags.config.clone().or_else(|| variable("QUN_CONFIG").map(PathBuf::from)) {
            problems.extend(problems_of_file(&file)?);
            layers = layers.merge(Toml::file_exact(&file));
        }
        let layers =
            layers.merge(Layer::of("the environment", variables)).merge(Layer::of("a flag", flags.given()));
        Ok(Self { layers, problems })
    }

    /// The value of a setting; a problem is noted when it has none.
    pub(super) fn take<T>(&mut self, setting: &Setting, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.text(setting)?;
        let parsed = parse(&value);
        if parsed.is_none() {
            self.refuse(setting, &format!("{value:?}"));
        }
        parsed
    }

    /// The value of a setting that may be absent, or empty to undo a lower layer.
    pub(super) fn take_optional<T>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if !self.layers.contains(setting.key) || self.text(setting)?.is_empty() {
            return None;
        }
        self.take(setting, parse)
    }

    /// Everything that was wrong.
    pub(super) fn finish(self) -> Result<(), SettingsError> {
        if self.problems.is_empty() { Ok(()) } else { Err(SettingsError(self.problems)) }
    }

    fn text(&mut self, setting: &Setting) -> Option<String> {
        match self.layers.find_value(setting.key).ok()? {
            Value::String(_, text) => Some(text),
            Value::Bool(_, truth) => Some(truth.to_string()),
            Value::Num(_, number) => number
                .to_i128()
                .map(|number| number.to_string())
                .or_else(|| number.to_f64().map(|number| number.to_string())),
            Value::Char(_, letter) => Some(letter.to_string()),
            Value::Empty(..) | Value::Dict(..) | Value::Array(..) => {
                self.refuse(setting, "a table or list");
                None
            }
        }
    }

    fn refuse(&mut self, setting: &Setting, value: &str) {
        let source = self.source(setting.key);
        let Setting { key, allowed, secret, .. } = setting;
        self.problems.push(if *secret {
            format!("{key} (from {source}) must be {allowed}")
        } else {
            format!("{key} (from {source}) must be {allowed}; it is {value}")
        });
    }

    fn source(&self, key: &str) -> String {
        let Some(metadata) = self.layers.find_metadata(key) else { return "nowhere".to_owned() };
        match (metadata.source.as_ref().and_then(|source| source.file_path()), metadata.name.as_ref()) {
            (Some(file), _) => format!("the file {}", file.display()),
            (None, "the environment") => format!("the environment variable {}", variable_of(key)),
            (None, "a flag") => format!("the flag {}", flag_of(key)),
            (None, name) => name.to_owned(),
        }
    }
}

pub(super) fn variable_of(key: &str) -> String {
    format!("QUN_{}", key.to_ascii_uppercase())
}

pub(super) fn flag_of(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

/// The keys of the file that nobody knows.
fn problems_of_file(file: &Path) -> Result<Vec<String>, SettingsError> {
    let shown = file.display();
    let refuse = |why: String| SettingsError(vec![format!("the settings file {shown} {why}")]);
    std::fs::read_to_string(file).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let data = Toml::file_exact(file)
        .data()
        .map_err(|error| refuse(format!("is not TOML: {}", without_excerpt(&error))))?;
    let known = ALL.map(|setting| setting.key);
    let unknown = data.values().flat_map(Dict::keys).filter(|key| !known.contains(&key.as_str()));
    Ok(unknown
        .map(|key| format!("{key} (from the file {shown}) is no setting; there are {}", known.join(", ")))
        .collect())
}

/// Where the file is wrong, and how. The excerpt between the two is left out: it may hold a password.
fn without_excerpt(error: &figment::Error) -> String {
    let text = error.kind.to_string();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.contains('|'));
    let first = lines.next().unwrap_or_default();
    lines.next_back().map_or_else(|| first.to_owned(), |last| format!("{first}: {last}"))
}

/// Settings as texts, from one source.
struct Layer {
    name: &'static str,
    values: Dict,
}

impl Layer {
    fn of(name: &'static str, values: impl Iterator<Item = (&'static str, String)>) -> Self {
        Self { name, values: values.map(|(key, value)| (key.to_owned(), Value::from(value))).collect() }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}
