//! Closed classes of English words that the rules look at: function words, pronouns, given names of women.
//!
//! Words are separated by spaces, the words of a phrase joined by `_`. Open classes (organ nouns, titles, what is sent
//! where) are data and stand in the gazetteer's word lists.

use rustc_hash::FxHashSet;

use crate::text::token::hash_of;

/// The closed classes as sets of hashes.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub function: FxHashSet<u64>,
    pub preposition: FxHashSet<u64>,
    pub opener: FxHashSet<u64>,
    pub expletive: FxHashSet<u64>,
    pub auxiliary: FxHashSet<u64>,
    pub actor_state: FxHashSet<u64>,
    pub after_people: FxHashSet<u64>,
    pub led: FxHashSet<u64>,
    pub prefix: FxHashSet<u64>,
    pub no_name: FxHashSet<u64>,
    pub modifier: FxHashSet<u64>,
    pub outsider: FxHashSet<u64>,
    pub woman: FxHashSet<u64>,
    pub addressing: FxHashSet<u64>,
    pub head: FxHashSet<u64>,
    pub came: FxHashSet<u64>,
    pub withdrawal: FxHashSet<u64>,
    pub bracket: u64,
    pub force: FxHashSet<u64>,
    pub ship: FxHashSet<u64>,
    pub common_body: FxHashSet<u64>,
    pub former: FxHashSet<u64>,
    pub particle: FxHashSet<u64>,
    pub indefinite: [u64; 2],
    pub reporting: FxHashSet<u64>,
    pub adjectival: FxHashSet<u64>,
    pub said: [u64; 2],
    pub on: u64,
    pub comma: u64,
    pub quote: u64,
    pub owner: FxHashSet<u64>,
    pub the: u64,
    pub possessive: u64,
    pub apostrophe: u64,
    pub and: u64,
    pub or: u64,
    pub dash: u64,
    pub r#in: u64,
    pub from: u64,
    pub to: u64,
    pub r#for: u64,
    pub of: u64,
    pub office: u64,
    pub articles: [u64; 3],
}

/// A closed class as a set of hashes.
fn closed(list: &str) -> FxHashSet<u64> {
    entries(list).map(|w| hash_of(&w)).collect()
}

impl Words {
    /// All of them.
    pub fn new() -> Words {
        Words {
            function: closed(FUNCTION),
            preposition: closed(PREPOSITION),
            opener: closed(CLAUSE_OPENER),
            expletive: closed(EXPLETIVE),
            auxiliary: closed(AUXILIARY),
            actor_state: closed(ACTOR_STATE),
            after_people: closed(AFTER_PEOPLE),
            led: closed(LED),
            prefix: closed(PREFIX),
            no_name: closed(NO_NAME),
            modifier: closed(OFFICE_MODIFIER),
            outsider: closed(OUTSIDER),
            woman: closed(WOMAN),
            addressing: closed(ADDRESSING),
            head: closed(HEAD),
            came: closed(CAME),
            withdrawal: closed(WITHDRAWAL),
            force: closed(FORCE),
            ship: closed(SHIP),
            common_body: closed(COMMON_BODY),
            former: closed(FORMER),
            particle: closed(PARTICLE),
            bracket: hash_of("("),
            indefinite: ["a", "an"].map(hash_of),
            reporting: closed(REPORTING),
            adjectival: closed(ADJECTIVAL),
            said: ["said", "says"].map(hash_of),
            on: hash_of("on"),
            comma: hash_of(","),
            quote: hash_of("\""),
            owner: closed(OWNER),
            the: hash_of("the"),
            possessive: hash_of("'s"),
            apostrophe: hash_of("'"),
            and: hash_of("and"),
            or: hash_of("or"),
            dash: hash_of("–"),
            r#in: hash_of("in"),
            from: hash_of("from"),
            to: hash_of("to"),
            r#for: hash_of("for"),
            of: hash_of("of"),
            office: hash_of("office"),
            articles: ["the", "a", "its"].map(hash_of),
        }
    }
}

/// The entries of one of the lists below.
pub fn entries(list: &str) -> impl Iterator<Item = String> {
    list.split_whitespace().map(|word| word.replace('_', " "))
}

/// Words at which the search for an organ noun ends.
pub const FUNCTION: &str = "\
    the a an this that these those of in on at to for from by with about into over under after before against \
    between among during without within toward towards through since until as than like near off up down out and \
    or but nor if because while when where whether though although so who whom whose which what how why is are was \
    were be been being am has have had having do does did will would shall should can could may must cannot not \
    never also still already yet only even just now then there here he she it they we i you him her his its their \
    them our us my your said says say told tells both either neither all any some no each every";

/// Prepositions: what follows is no subject.
pub const PREPOSITION: &str = "\
    of in on at to for from by with about into over under after before against between among without toward \
    towards through near like than behind via";

/// Words that say whose something is.
pub const OWNER: &str = "\
    his her its their our my your whose own";

/// Words after which a clause begins, so that a pronoun behind them is a subject.
pub const CLAUSE_OPENER: &str = "\
    and but or that if while as because when whether though although so where after before until unless since once \
    what which said says then nor than how";

/// Forms after which *it* is no actor: *it is clear that*, *it remains to be seen*.
pub const EXPLETIVE: &str = "\
    is was be been isn't wasn't seems seemed appears appeared takes took remains remained becomes became happened \
    happens means meant looks looked depends turned emerged makes follows followed matters mattered rained";

/// Auxiliaries to step over before looking for one of [`EXPLETIVE`].
pub const AUXILIARY: &str = "\
    has had have will would may might could can should must also now still not";

/// What *it* is or was, when *it* is an actor all the same: *it was ready to*.
pub const ACTOR_STATE: &str = "\
    ready prepared willing unwilling reluctant opposed committed determined considering";

/// What follows a people's name that is also an adjective, when it is a people.
pub const AFTER_PEOPLE: &str = "\
    and or to are were have had will would want said in on at of for with that who not may could should must do \
    did say also still";

/// A hyphened second part that makes the first the one who acts: *Saudi-led coalition*.
pub const LED: &str = "\
    led run commanded headed sponsored drafted brokered proposed imposed flagged controlled held dominated";

/// First parts of compounds that leave the second part a mention: *Anglo-French force*, *then-President*.
pub const PREFIX: &str = "\
    anglo franco sino russo then italo euro serbo americano";

/// Words in capitals that are no part of a person's name.
pub const NO_NAME: &str = "\
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
    september october november december i but and the if when while as in on at with for that after both yet so \
    then what not former ex old today yesterday tomorrow";

/// Words before *on* that address the one who follows (*sanctions on Moscow*); after others *on* makes a topic or a target.
pub const ADDRESSING: &str = "\
    sanctions sanction pressure call calls called calling blame blamed blames lean leaned leaning urged rely \
    relies relied depend depends depended impose imposed count counts counted turned demands insisted prevail \
    prevailed based dependent embargo";

/// Forms of *come*: what comes from a capital is mostly word.
pub const CAME: &str = "\
    come comes came coming";

/// Words before *from* and a country that make it a place: who leaves it does not speak for it, soldiers *from* it may.
pub const WITHDRAWAL: &str = "\
    withdraw withdraws withdrew withdrawn withdrawing withdrawal pull pulls pulled pulling pullout evacuate \
    evacuated evacuating evacuation remove removed removal refugees airlift airlifted flight flights bring brought \
    out oil flown fled flee migrants people students attack attacks recalled expelled back home return returned \
    work exports";

/// Verbs with which a pronoun closes what was reported (*..., he said*).
pub const REPORTING: &str = "\
    said says added adds told tells wrote writes insisted argued warned complained replied continued promised \
    noted explained concluded asked declared recalled charged";

/// Offices that are adjectives as often (*the official price*): bare, they need a verb behind them.
pub const ADJECTIVAL: &str = "\
    official general chief major representative";

/// Nouns that a body's name ends with and that stand for it when they are repeated (*the council*, *the group*).
pub const HEAD: &str = "\
    group council union community alliance league commission parliament assembly court organization organisation \
    pact compact forum front movement congress senate agency command legislature opposition bloc junta committee treasury department";

/// Adjectives that may stand between *the* and an office: *the foreign ministry*.
pub const OFFICE_MODIFIER: &str = "\
    foreign defence defense interior finance armed military information state chief senior";

/// Organ nouns that are a person: *the French president ... he*.
pub const PERSON_NOUN: &str = "\
    president vice-president vice_president premier prime_minister chancellor king queen emir sultan prince \
    monarch ruler leader minister secretary ambassador envoy emissary representative negotiator mediator spokesman \
    spokeswoman spokesperson adviser advisor aide official diplomat general admiral commander colonel officer \
    commissioner chief delegate speaker deputy consul pm undersecretary";

/// Nouns for people who are no actor; as a subject they take the next *he* or *she*.
pub const OUTSIDER: &str = "\
    analyst expert resident professor witness activist protester lawyer doctor woman man shopkeeper teacher \
    student journalist reporter researcher historian trader farmer driver mother father priest bishop author \
    economist scholar neighbour neighbor widow senator congressman congresswoman lawmaker critic rival nurse \
    fisherman vendor boy girl pope";

/// Common given names of women among office holders: *she* fits them, *he* does not.
pub const WOMAN: &str = "\
    angela theresa hillary madeleine condoleezza susan samantha nikki linda kelly kamala nancy sarah karoline \
    karine jen heather morgan victoria janet gina tulsi tammy laura kimberly federica catherine cathy ursula kaja \
    roberta benita kristalina jutta maja isabel maria delcy cilia vanessa fabiola elisa mary cristina dilma \
    michelle claudia karen jeanine marta annalena margaret margot liz yvette priti penny florence sylvie michele \
    christine giorgia emma trinidad ana carmen arancha margarita robles sanna mette magdalena jacinda julia julie \
    marise penelope helen melanie chrystia anita joly mia portia kamla ellen joyce samia nkosazana naledi tsai \
    sheikh park aung sviatlana svetlana viola dalia kolinda zuzana maia salome katrin erna ine tzipi golda hua \
    benazir indira sonia sushma lotta tarja anna beata ewa natalia yulia iryna olha oksana fatou aminata monica \
    rosemary louise alena jennifer jane elizabeth anne carla patricia luisa violeta rosario marina";

/// Organ nouns that are bodies without being offices: *China's military ... it*.
pub const FORCE: &str = "military army navy forces force troops police ministry department agency embassy mission \
    delegation side team coalition command guard marines house chamber commission council presidency";

/// Words before the name of a ship.
pub const SHIP: &str = "uss hms usns ss carrier destroyer frigate";

/// Words that put an office into the past.
pub const FORMER: &str = "former ex erstwhile onetime";

/// Particles of family names.
pub const PARTICLE: &str = "de del della di da dos van von bin al ben";

/// Bodies that many states have: behind another actor's name they are that actor's.
pub const COMMON_BODY: &str =
    "council senate congress assembly treasury parliament department commission committee command";
