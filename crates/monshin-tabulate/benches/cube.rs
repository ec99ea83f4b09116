//! Responses per second into the cube of the example survey, against counting table by table.
//!
//! `cargo bench -p monshin-tabulate --bench cube`. All variants count the same made-up responses
//! in the same run; the naive ones make the counts of the same 24 tables (8 questions overall, by
//! beds, by founder).

use std::sync::{Arc, LazyLock};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use monshin_diag::Source;
use monshin_instrument::{Item, Questionnaire, Response, Simulation, Value};
use monshin_tabulate::{Cube, Packed, Plan, Settings, Weight, disclose, tabulate};

fn main() {
    divan::main();
}

const COUNT: usize = 1_000_000;

struct World {
    cube: Cube,
    responses: Vec<Response>,
    packed: Vec<Packed>,
    weights: Vec<Weight>,
    rows: Vec<[u8; 10]>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let survey = include_str!("../../../examples/hodanren-2022/survey.toml");
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", survey));
    let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
    let cube = Cube::new(&form);
    let mut state = 1_u64;
    let mut pick = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound.max(1)
    };
    let mut one =
        || form.submit(&form.made_up(Simulation { blank: 0.0 }, &mut pick)).expect("obeys the routing");
    let responses: Vec<Response> = (0..COUNT).map(|_| one()).collect();
    let packed = responses.iter().map(|response| cube.pack(response).expect("dense")).collect();
    let weight = |at: usize| Weight::new(0.5 + (at * 7919 % 1000) as f64 / 1000.0).expect("in range");
    let rows = responses.iter().map(row).collect();
    World { cube, responses, packed, weights: (0..COUNT).map(weight).collect(), rows }
});

/// Eight answers (code, or 2 and more for none) and two classes, a byte each.
fn row(response: &Response) -> [u8; 10] {
    let mut row = [0; 10];
    for (out, item) in row.iter_mut().zip(response.items()) {
        *out = match item {
            Item::Answered(Value::Code(code)) => *code as u8,
            Item::NoAnswer => 2,
            _ => 3,
        };
    }
    for (out, class) in row[8..].iter_mut().zip(response.classes()) {
        *out = class.map_or(15, |class| class as u8);
    }
    row
}

fn run(bencher: Bencher, count: impl Fn(&World, &mut Cube) + Sync) {
    let world = &*WORLD;
    bencher
        .counter(ItemsCount::new(COUNT))
        .with_inputs(|| world.cube.emptied())
        .bench_local_refs(|cube| count(world, cube));
}

#[divan::bench]
fn packed(bencher: Bencher) {
    run(bencher, |world, cube| cube.add_packed(black_box(&world.packed)));
}

#[divan::bench]
fn packed_weighted(bencher: Bencher) {
    run(bencher, |world, cube| {
        cube.add_packed_weighted(black_box(&world.packed), black_box(&world.weights));
    });
}

#[divan::bench]
fn responses(bencher: Bencher) {
    run(bencher, |world, cube| world.responses.iter().for_each(|response| cube.add(response)));
}

#[divan::bench]
fn responses_weighted(bencher: Bencher) {
    run(bencher, |world, cube| {
        let both = world.responses.iter().zip(&world.weights);
        both.for_each(|(response, weight)| cube.add_weighted(response, *weight));
    });
}

/// A pass over the responses for every table.
#[divan::bench]
fn naive_table_by_table(bencher: Bencher) {
    bencher.counter(ItemsCount::new(COUNT)).bench(|| {
        let rows = black_box(&WORLD.rows);
        let mut tables = vec![[[0_u64; 4]; 16]; 24];
        for (at, table) in tables.iter_mut().enumerate() {
            let (question, by) = (at / 3, at % 3);
            for row in rows {
                let class = if by == 0 { 0 } else { row[7 + by] & 15 };
                table[usize::from(class)][usize::from(row[question] & 3)] += 1;
            }
        }
        tables
    });
}

/// The same from responses as they come out of `submit`, to set beside `responses`.
#[divan::bench]
fn naive_from_responses(bencher: Bencher) {
    bencher.counter(ItemsCount::new(COUNT)).bench(|| {
        let mut tables = vec![[[0_u64; 4]; 16]; 24];
        for (at, table) in tables.iter_mut().enumerate() {
            let (question, by) = (at / 3, at % 3);
            for response in black_box(&WORLD.responses) {
                let class = by.checked_sub(1).and_then(|by| response.classes()[by]).unwrap_or(0);
                let state = match &response.items()[question] {
                    Item::Answered(Value::Code(code)) => usize::from(*code),
                    Item::NoAnswer => 2,
                    _ => 3,
                };
                table[usize::from(class)][state] += 1;
            }
        }
        tables
    });
}

/// The same with weights.
#[divan::bench]
fn naive_table_by_table_weighted(bencher: Bencher) {
    bencher.counter(ItemsCount::new(COUNT)).bench(|| {
        let (rows, weights) = (black_box(&WORLD.rows), black_box(&WORLD.weights));
        let mut tables = vec![[[(0_u64, 0.0_f64, 0.0_f64); 4]; 16]; 24];
        for (at, table) in tables.iter_mut().enumerate() {
            let (question, by) = (at / 3, at % 3);
            for (row, weight) in rows.iter().zip(weights) {
                let class = if by == 0 { 0 } else { row[7 + by] & 15 };
                let cell = &mut table[usize::from(class)][usize::from(row[question] & 3)];
                let weight = weight.get();
                *cell = (cell.0 + 1, cell.1 + weight, cell.2 + weight * weight);
            }
        }
        tables
    });
}

/// From the counted cube to the released tables: the cost that does not grow with the responses.
#[divan::bench]
fn cube_to_released_tables(bencher: Bencher) {
    let world = &*WORLD;
    let mut cube = world.cube.emptied();
    cube.add_packed(&world.packed);
    let plan = Plan::standard(cube.questionnaire());
    bencher.bench_local(|| disclose(tabulate(&cube, &plan, &Settings::default())));
}
