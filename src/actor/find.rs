//! Finds the mentions of a gazetteer's actors in a document.
//!
//! The door to the rest: a sentence is walked in `walk`, the meanings of a phrase are weighed in `weigh`, pronouns and
//! descriptions are looked up in `resolve`; here members go to their blocs.

use super::{
    compile::{Entity, Lexis},
    gazetteer::Gazetteer,
    table::Kind,
    view::View,
    walk::Pass,
};
use crate::text::sentence::Document;

pub use super::mention::{Context, How, Mention};

/// A gazetteer compiled for finding; build it once and share it.
#[derive(Debug, Clone)]
pub struct Finder {
    lexis: Lexis,
}

impl Finder {
    /// Compiles a gazetteer.
    pub fn new(gazetteer: &Gazetteer) -> Finder {
        Finder { lexis: Lexis::new(gazetteer) }
    }

    /// The mentions of each sentence, in order; those of one actor never overlap.
    pub fn find(&self, text: &str, document: &Document, context: &Context) -> Vec<Vec<Mention>> {
        debug_assert!(document.tokens.last().is_none_or(|t| t.span.end <= text.len()));
        let mut pass = Pass::new(&self.lexis, *context);
        let mut sentences = Vec::with_capacity(document.sentences.len());
        let mut paragraph = usize::MAX;
        for (number, sentence) in document.sentences.iter().enumerate() {
            let opens = sentence.paragraph != paragraph;
            paragraph = sentence.paragraph;
            let view = View::new(text, &self.lexis, &document.tokens[sentence.tokens.clone()], opens);
            sentences.push(pass.read(number, &view));
        }
        let crisis = pass.crisis(sentences.len());
        for mentions in &mut sentences {
            gather(&self.lexis.entities, crisis, mentions);
        }
        sentences
    }
}

/// Gives the mentions of a bloc's members to the bloc, unless the member is the crisis's own actor.
fn gather(entities: &[Entity], crisis: Option<u32>, mentions: &mut Vec<Mention>) {
    for i in 0..mentions.len() {
        let actor = mentions[i].actor;
        for umbrella in &entities[actor].umbrellas {
            if entities[*umbrella as usize].kind != Kind::Bloc {
                let whole = Mention { actor: *umbrella as usize, ..mentions[i].clone() };
                mentions.push(whole);
            } else if crisis != Some(actor as u32) && !(crisis.is_none() && entities[actor].kind == Kind::Person) {
                mentions[i].actor = *umbrella as usize;
            }
        }
    }
    mentions.sort_by_key(|m| (m.span.start, m.span.end, m.actor));
    mentions.dedup_by(|later, earlier| later.actor == earlier.actor && later.span.overlaps(&earlier.span));
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::text::{language::Language, sentence::Sentence, span::Span, token::tokenize};

    fn shipped() -> &'static (Gazetteer, Finder) {
        static SHIPPED: OnceLock<(Gazetteer, Finder)> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            let source = include_str!("../../data/actors.toml");
            let gazetteer = Gazetteer::from_toml(source, "data/actors.toml").unwrap();
            let finder = Finder::new(&gazetteer);
            (gazetteer, finder)
        })
    }

    /// Every line is a paragraph of one sentence.
    fn document(text: &str) -> Document {
        let mut document = Document::default();
        let mut start = 0;
        for (paragraph, line) in text.split('\n').enumerate() {
            let (span, first) = (Span::new(start, start + line.len()), document.tokens.len());
            tokenize(text, span, Language::english(), &mut document.tokens);
            document.sentences.push(Sentence { span, tokens: first..document.tokens.len(), paragraph });
            start += line.len() + 1;
        }
        document
    }

    fn found(text: &str, context: &Context) -> Vec<String> {
        let (gazetteer, finder) = shipped();
        let mentions = finder.find(text, &document(text), context).into_iter().flatten();
        mentions.map(|m| format!("{}: {}", gazetteer.id(m.actor), m.span.of(text))).collect()
    }

    /// Checks texts against their mentions, written as `id: mention`.
    fn check(context: &Context, cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            assert_eq!(&found(text, context), expected, "{text:?}");
        }
    }

    const VENEZUELA: Context = Context { year: Some(2019), crisis: Some("venezuela-2019"), known: &[] };

    #[test]
    fn names_match_as_written_or_in_capitals() {
        check(
            &VENEZUELA,
            &[
                ("The US and the U.S. said no.", &["us: US", "us: U.S."]),
                ("It concerns us all; us too.", &[]),
                ("Juan Guaidó and GUAIDO spoke.", &["guaido: Juan Guaidó", "guaido: GUAIDO"]),
                ("We ate turkey with france and chad.", &[]),
                ("IT IS UP TO US ALL", &[]),
                ("HE SAYS U.S. IS READY", &["us: U.S."]),
                ("US TROOPS LAND: US SAYS NO", &["us: US", "us: US"]),
                ("The European Union’s envoy left.", &["eu: European Union"]),
            ],
        );
    }

    #[test]
    fn the_longest_phrase_wins_and_exclusions_hold() {
        check(
            &VENEZUELA,
            &[
                ("Voice of America reported.", &[]),
                ("The Lima Group rejected force.", &["latam: Lima Group"]),
                ("South Sudan objected.", &["south_sudan: South Sudan"]),
                ("Venezuela's opposition agreed.", &["guaido: Venezuela's opposition"]),
                ("The Washington Post wrote.", &[]),
                ("Russia's Security Council met.", &["russia: Russia"]),
                ("The UN Security Council met.", &["un: UN Security Council"]),
                ("Leila de Lima spoke.", &[]),
                ("The Constituent National Assembly met.", &["maduro: Constituent National Assembly"]),
            ],
        );
    }

    #[test]
    fn hyphens_join_or_part() {
        check(
            &VENEZUELA,
            &[
                ("The US-led coalition struck.", &["us: US-led"]),
                ("Moscow-backed rebels and US-based firms left.", &[]),
                ("Anti-American and pro-Russian crowds met.", &[]),
                ("Russia-China talks failed.", &["russia: Russia", "china: China"]),
                ("The opposition-led Congress met.", &[]),
                ("A French intelligence-gathering satellite fell.", &["france: French"]),
                ("A Polish-led force landed.", &["poland: Polish"]),
            ],
        );
    }

    #[test]
    fn persons_need_a_title_the_full_name_or_a_safe_short_form() {
        check(
            &VENEZUELA,
            &[
                ("President Donald Trump spoke.", &["us: President Donald Trump"]),
                ("Trump and Mr Pompeo spoke.", &["us: Trump", "us: Mr Pompeo"]),
                ("On Monday Michelle Obama spoke.", &[]),
                ("May spoke.", &[]),
                ("Prime Minister Theresa May spoke.\nMay left.", &["uk: Prime Minister Theresa May", "uk: May"]),
                ("Foreign Minister Sergei Lavrov warned.", &["russia: Foreign Minister Sergei Lavrov"]),
                ("The foreign minister, Sergei Lavrov, warned.", &["russia: Sergei Lavrov"]),
                (
                    "President Nicolas Maduro and president Juan Guaido",
                    &["maduro: President Nicolas Maduro", "guaido: president Juan Guaido"],
                ),
                ("Former U.S. President Barack Obama and the former French minister left.", &[]),
                ("The USS Ronald Reagan sailed.", &[]),
            ],
        );
    }

    #[test]
    fn a_person_of_two_actors_goes_to_the_nearer() {
        let year = |year| Context { year: Some(year), ..VENEZUELA };
        check(&year(2019), &[("Josep Borrell, the EU's envoy, spoke.", &["eu: Josep Borrell", "eu: EU"])]);
        check(&year(1999), &[("Javier Solana, NATO's chief, spoke.", &["nato: Javier Solana", "nato: NATO"])]);
        check(&year(2021), &[("Josep Borrell spoke.", &["eu: Josep Borrell"])]);
        check(&year(2003), &[("Javier Solana spoke.", &["eu: Javier Solana"])]);
    }

    #[test]
    fn adjectives_need_an_organ_and_peoples_have_to_act() {
        check(
            &VENEZUELA,
            &[
                ("The French government and the Dutch cheese.", &["france: French"]),
                ("French and British jets flew.", &["france: French", "uk: British"]),
                ("A Russian oil company paid.", &[]),
                ("The Saudis refused.", &["saudi_arabia: Saudis"]),
                ("Most Americans and two Russians agreed.", &[]),
                ("The French said no.", &["france: French"]),
                ("It is for Venezuelans to decide.", &[]),
            ],
        );
    }

    #[test]
    fn a_noun_that_is_no_organ_ends_it() {
        check(
            &VENEZUELA,
            &[
                ("Iraq's oil burned.", &[]),
                ("Iraq's oil ministry protested.", &["iraq: Iraq"]),
                ("The White House press secretary spoke.", &["us: White House", "us: press secretary"]),
                ("Turkey slapped visa bans on him.", &["turkey: Turkey"]),
            ],
        );
    }

    #[test]
    fn places_do_not_speak_but_bodies_in_them_do() {
        check(
            &VENEZUELA,
            &[
                ("A rally in Brussels ended.", &[]),
                ("It runs operations in Central and South America, and in Libya and Syria.", &[]),
                ("Officials in Washington objected.", &["us: Washington"]),
                ("In Moscow, the foreign ministry protested.", &["russia: Moscow"]),
                ("He flew to Paris.", &[]),
                ("She appealed to Paris.", &["france: Paris"]),
                ("Troops were sent to Mali.", &[]),
                ("Soldiers from Kenya landed.", &["kenya: Kenya"]),
                ("They withdrew troops from Mali.", &[]),
                ("A base in Germany and in the German town.", &[]),
                ("Calls came from US bases.", &["us: US"]),
                ("He taught in Berlin and Paris.", &[]),
                ("No answer came from Berlin.", &["germany: Berlin"]),
                ("A report on Syria and sanctions on Russia.", &["russia: Russia"]),
            ],
        );
    }

    #[test]
    fn datelines_are_no_mentions() {
        check(
            &VENEZUELA,
            &[
                ("WASHINGTON (Agency) - France said no.", &["france: France"]),
                ("CARACAS, Jan 24 - France said no.", &["france: France"]),
                ("MOSCOW/KYIV — France said no.", &["france: France"]),
                ("EU - no troops, says France", &["eu: EU", "france: France"]),
            ],
        );
    }

    #[test]
    fn descriptions_need_the_actor_before_them() {
        check(
            &VENEZUELA,
            &[
                ("The bloc refused.", &[]),
                ("Brussels met.\nThe bloc refused.", &["eu: Brussels", "eu: bloc"]),
                ("Guaido met.\nThe opposition leader left.", &["guaido: Guaido", "guaido: opposition leader"]),
                ("Brussels met.\nA bloc of houses fell on the Turkish bloc.", &["eu: Brussels", "turkey: Turkish"]),
                (
                    "President Emmanuel Macron spoke.\nThen the president left.",
                    &["france: President Emmanuel Macron", "france: president"],
                ),
                ("The EU met.\nThe Africa Union and the Commission for Aid left.", &["eu: EU"]),
                ("The UN met.\nThe Turkish peacekeepers left.", &["un: UN", "turkey: Turkish"]),
                ("The Security Council met.\nThe council voted.", &["un: Security Council", "un: council"]),
            ],
        );
    }

    #[test]
    fn pronouns_go_to_the_subject() {
        check(
            &VENEZUELA,
            &[
                ("Trump met Maduro.\nHe left.", &["us: Trump", "maduro: Maduro", "us: He"]),
                ("Guaido spoke.\nHis envoys agreed.", &["guaido: Guaido", "guaido: His envoys"]),
                ("Angela Merkel spoke.\nShe left.", &["germany: Angela Merkel", "germany: She"]),
                ("Angela Merkel spoke.\nHe left.", &["germany: Angela Merkel"]),
                ("Russia protested.\nIt warned of war.", &["russia: Russia", "russia: It"]),
                ("Russia protested.\nIt is clear that war looms.", &["russia: Russia"]),
                ("Russia protested.\nThe storm passed, and it was over.", &["russia: Russia"]),
                ("Trump spoke.\nAn analyst objected.\nHe laughed.", &["us: Trump"]),
                ("Maduro spoke.\n\"Trump is wrong,\" he said.", &["maduro: Maduro", "us: Trump", "maduro: he"]),
                ("He left.", &[]),
                (
                    "The EU met.\nIts foreign policy chief, Ana Weidel, left.\nNothing, she said, was decided.",
                    &["eu: EU", "eu: Its foreign policy chief", "eu: she"],
                ),
                ("Trump met Maduro and told him so.", &["us: Trump", "maduro: Maduro"]),
            ],
        );
    }

    #[test]
    fn members_count_for_their_bloc_unless_the_crisis_is_theirs() {
        let text = "Maduro and Colombia rejected it.";
        check(&VENEZUELA, &[(text, &["maduro: Maduro", "latam: Colombia"])]);
        let colombia = Context { crisis: Some("colombia-2008"), ..VENEZUELA };
        check(&colombia, &[(text, &["latam: Maduro", "colombia: Colombia"])]);
        let untold = Context { crisis: None, ..VENEZUELA };
        check(&untold, &[(text, &["maduro: Maduro", "latam: Colombia"])]);
        check(&untold, &[("Gbagbo refused.", &["ivory_coast: Gbagbo", "gbagbo: Gbagbo"])]);
    }

    #[test]
    fn known_actors_are_taken_up_in_a_lone_sentence() {
        let eu = shipped().0.canonical("eu").unwrap();
        let context = Context { known: &[eu], ..VENEZUELA };
        check(&context, &[("The bloc refused, and it said so.", &["eu: bloc", "eu: it"])]);
        check(&context, &[("She declined.", &["eu: She"])]);
    }

    #[test]
    fn a_users_file_alone_finds_names() {
        let source = "[[actor]]\nid = \"us\"\nkind = \"state\"\nnames = [\"US\"]\nmembers = [\"texas\"]";
        let finder = Finder::new(&Gazetteer::from_toml(source, "mine.toml").unwrap());
        let text = "The US left us.";
        let found = finder.find(text, &document(text), &Context::default());
        assert_eq!(found[0], [Mention { actor: 0, span: Span::new(4, 6), how: How::Name }]);
    }

    #[test]
    fn a_sentence_as_long_as_a_file_is_read_in_good_time() {
        let (_, finder) = shipped();
        for piece in ["US and French \"he said\" ", "general ", "President ", "the council he ", "Washington, "] {
            let text = piece.repeat(40_000);
            let found = finder.find(&text, &document(&text), &VENEZUELA);
            assert_eq!(found.len(), 1);
        }
    }

    fn words() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "the",
            "US",
            "-",
            "led",
            "'s",
            "Washington",
            "in",
            "He",
            "his",
            "its",
            "government",
            "\"",
            "President",
            "Trump",
            "Guaidó",
            "EU",
            ",",
            "and",
            "French",
            "\n",
            "(",
            "—",
            "it",
            "said",
            "opposition",
            "leader",
            "'",
        ]);
        prop::collection::vec(word, 0..40).prop_map(|w| w.join(" ").replace(" - ", "-"))
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_spans_on_boundaries(text in prop_oneof![".*", words()]) {
            let document = document(&text);
            let found = shipped().1.find(&text, &document, &Context::default());
            prop_assert_eq!(found.len(), document.sentences.len());
            for (sentence, mentions) in document.sentences.iter().zip(&found) {
                for mention in mentions {
                    prop_assert!(sentence.span.contains(&mention.span));
                    prop_assert!(!mention.span.of(&text).is_empty());
                }
                for pair in mentions.windows(2) {
                    prop_assert!(pair[0].span <= pair[1].span);
                    prop_assert!(pair[0].actor != pair[1].actor || !pair[0].span.overlaps(&pair[1].span));
                }
            }
        }
    }
}
