# Survey folders whose columns say how responses were drawn: what `monshin tabulate --json` has to print.
#
#   cd tests/oracle-rows && Rscript make.R
#
# Made with R 4.2.2 and survey 4.1-1 (Debian 12) on 2026-11-28. Reads the data of tests/oracle-extra, writes
# data/*.csv and expected/rows.json. Each case has its [design] and [weights] beside the call of R, and is
# compared by crates/monshin/tests/design_rows.rs.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17)
set.seed(20261128)

firms <- read.csv("../oracle-extra/data/firms.csv")
firms$id <- sprintf("f%03d", seq_len(nrow(firms)))
firms$psu <- firms$region * 100 + firms$plant # a label that stands in one stratum only
firms$lone <- ifelse(firms$psu == 303, 4, firms$region) # one plant is a stratum of its own
firms$equal <- 1
firms$floor <- ifelse(firms$line <= 2, "ground", "upper") # lines were drawn floor by floor
firms$all_plants <- 100
firms$floor_lines <- ifelse(firms$line <= 2, 4 + firms$plant %% 3, 9)
alike <- firms[1:40, ]
pairs <- read.csv("../oracle-extra/data/pairs.csv", check.names = FALSE)
pairs <- data.frame(id = sprintf("p%02d", seq_len(nrow(pairs))), class = c(E = 2, M = 10, H = 30)[pairs$stype], pair = pairs$pair,
                    w = pairs$pw, staff = pairs$enroll, backup = as.numeric(pairs$api00 > 700), test = as.numeric(pairs$api99 > 650))

number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), '"Inf"', sprintf("%.17g", x)))
json <- function(x) {
  if (is.list(x)) return(if (length(x)) paste0("{", paste(sprintf('"%s": %s', names(x), sapply(x, json)), collapse = ", "), "}") else "{}")
  if (is.character(x)) return(encodeString(x, quote = '"'))
  number(unname(x))
}
expected <- list()

# Figures of everybody and of each class. `inside` tells df of domains, which R counts otherwise for replicates.
figures <- function(d, ci = NULL, level = 0.95, inside = TRUE, deff = TRUE) {
  data <- d$variables
  for (name in c("test", "staff")) d$variables[[name]][is.na(data[[name]])] <- 0 # outside every domain below
  groups <- c(list(all = rep(TRUE, nrow(data))), lapply(split(seq_len(nrow(data)), data$class), function(rows) seq_len(nrow(data)) %in% rows))
  one <- function(rows) {
    out <- list()
    for (name in c("backup", "test")) {
      s <- d[rows & !is.na(data[[name]]), ]
      form <- as.formula(paste0("~", name))
      m <- svymean(form, s, deff = deff)
      out[[name]] <- list(share = coef(m)[[1]], se = SE(m)[[1]], n = sum(rows & !is.na(data[[name]])), base = sum(weights(s, "sampling")))
      if (inside || all(rows)) out[[name]]$df <- if (inside) degf(s) else degf(d)
      if (deff) out[[name]]$deff <- deff(m)[[1]]
      if (!is.null(ci) && (inside || all(rows))) {
        interval <- attr(svyciprop(form, s, method = ci, level = level, df = out[[name]]$df), "ci")
        out[[name]]$low <- interval[[1]]
        out[[name]]$high <- interval[[2]]
      }
    }
    s <- d[rows & !is.na(data$staff), ]
    m <- svymean(~staff, s)
    out$staff <- list(mean = coef(m)[[1]], se = SE(m)[[1]])
    out
  }
  lapply(groups, one)
}
# Do classes differ, does one differ from the rest, do shares rise from class to class (scores 1, 2, 3).
tests <- function(d) {
  one <- function(name) {
    s <- d[!is.na(d$variables[[name]]), ]
    s$variables$class <- factor(s$variables$class)
    form <- as.formula(paste0("~", name))
    whole <- svychisq(as.formula(paste0("~class+", name)), s)
    df <- degf(s)
    rest <- lapply(setNames(nm = levels(s$variables$class)), function(level) {
      s <- update(s, group = as.numeric(class == level))
      m <- svyby(form, ~group, s, svymean, covmat = TRUE)
      gap <- svycontrast(m, list(d = c(-1, 1)))
      half <- qt(1 - (1 - 0.95) / 2, df) * SE(gap)[[1]]
      list(difference = coef(gap)[[1]], low = coef(gap)[[1]] - half, high = coef(gap)[[1]] + half,
           p = svychisq(as.formula(paste0("~group+", name)), s)$p.value[[1]])
    })
    m <- svyby(form, ~class, s, svymean, covmat = TRUE)
    slope <- svycontrast(m, list(t = c(-1, 0, 1) / 2))
    list(association = list(statistic = whole$statistic[[1]], df = whole$parameter[[1]], denominator_df = whole$parameter[[2]], p = whole$p.value[[1]]),
         rest = rest, slope = coef(slope)[[1]], trend_p = 2 * pt(-abs(coef(slope)[[1]] / SE(slope)[[1]]), df))
  }
  lapply(setNames(nm = c("backup", "test")), one)
}
case <- function(id, data, toml, call, d, ..., population = NULL, df = TRUE, tested = FALSE) {
  if (!df) figures <- function(...) lapply(globalenv()$figures(...), function(group) lapply(group, function(one) one[names(one) != "df"]))
  expected[[id]] <<- list(data = data, toml = toml, call = call, population = if (is.null(population)) "" else population, figures = figures(d, ...), tests = if (tested) tests(d) else list())
}

# --- strata, clusters, stages, finite populations --------------------------------------------------------
case("clusters in strata, with replacement", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "plant"\nnest = true\ninterval = "logit"\n',
     "svydesign(~plant, strata=~region, weights=~w, nest=TRUE)",
     svydesign(~plant, strata = ~region, weights = ~w, nest = TRUE, data = firms), tested = TRUE, ci = "logit")
case("numbers of units", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "psu"\nfpc = "plants"\ninterval = "mean"\nlevel = 0.9\n',
     "svydesign(~psu, strata=~region, weights=~w, fpc=~plants)",
     svydesign(~psu, strata = ~region, weights = ~w, fpc = ~plants, data = firms), ci = "mean", level = 0.9)
case("fractions", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "psu"\nfpc = "share"\ninterval = "korn-graubard"\n',
     "svydesign(~psu, strata=~region, weights=~w, fpc=~share)",
     svydesign(~psu, strata = ~region, weights = ~w, fpc = ~share, data = firms), tested = TRUE, ci = "beta")
case("two stages, weights from the numbers of units", "firms",
     '[design]\nstrata = "region"\ncluster = ["plant", "line"]\nfpc = ["plants", "lines"]\nnest = true\ninterval = "logit"\n',
     "svydesign(~plant+line, strata=~region, fpc=~plants+lines, nest=TRUE)",
     svydesign(~plant + line, strata = ~region, fpc = ~plants + lines, nest = TRUE, data = firms), tested = TRUE, ci = "logit")
case("responses as the second stage", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "psu"\nfpc = ["plants", "lines"]\ninterval = "logit"\n',
     "svydesign(~psu+id, strata=~region, weights=~w, fpc=~plants+lines)",
     svydesign(~psu + id, strata = ~region, weights = ~w, fpc = ~plants + lines, data = firms), tested = TRUE, ci = "logit")
case("strata within the units of the first stage", "firms",
     '[design]\nstrata = [["region"], ["floor"]]\ncluster = ["psu", "line"]\nfpc = ["plants", "floor_lines"]\ninterval = "logit"\n',
     "svydesign(~psu+interaction(psu, line), strata=~region+interaction(psu, floor), fpc=~plants+floor_lines)",
     svydesign(~psu + interaction(psu, line), strata = ~region + interaction(psu, floor), fpc = ~plants + floor_lines, data = firms), tested = TRUE, ci = "logit")
case("strata of responses within clusters", "firms",
     '[design]\nweight = "w"\ncluster = "psu"\nstrata = [[], ["floor"]]\nfpc = ["all_plants", "floor_lines"]\ninterval = "logit"\n',
     "svydesign(~psu+id, strata=~equal+interaction(psu, floor), weights=~w, fpc=~all_plants+floor_lines)",
     svydesign(~psu + id, strata = ~equal + interaction(psu, floor), weights = ~w, fpc = ~all_plants + floor_lines, data = firms), ci = "logit")
case("strata without clusters", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ninterval = "logit"\n',
     "svydesign(~1, strata=~region, weights=~w)",
     svydesign(~1, strata = ~region, weights = ~w, data = firms), tested = TRUE, ci = "logit")
case("strata of two columns, one a breakdown", "firms",
     '[design]\nweight = "w"\nstrata = ["region", "class"]\ninterval = "logit"\n',
     "svydesign(~1, strata=~interaction(region, class), weights=~w)",
     svydesign(~1, strata = ~interaction(region, class), weights = ~w, data = firms), ci = "logit")
case("clusters of equal weight", "firms",
     '[design]\ncluster = "psu"\ninterval = "logit"\n',
     "svydesign(~psu, weights=~equal)",
     svydesign(~psu, weights = ~equal, data = firms), tested = TRUE, ci = "logit", deff = FALSE)
for (rule in c("certainty", "average", "adjust")) {
  options(survey.lonely.psu = rule)
  case(paste("a stratum of one cluster:", rule), "firms",
       sprintf('[design]\nweight = "w"\nstrata = "lone"\ncluster = "psu"\nlonely = "%s"\ninterval = "logit"\n', rule),
       sprintf('options(survey.lonely.psu="%s"); svydesign(~psu, strata=~lone, weights=~w)', rule),
       svydesign(~psu, strata = ~lone, weights = ~w, data = firms), ci = "logit")
}
options(survey.lonely.psu = "fail")

# --- known totals ----------------------------------------------------------------------------------------
totals <- function(name, counts) paste(sprintf("%s,%s,%d,seen", name, names(counts), counts), collapse = "\n")
classes <- c("2" = 700, "10" = 500, "30" = 600)
kinds <- c("b" = 500, "a c" = 800, "d-e" = 500)
known <- paste0("breakdown,class,count,status\n", totals("class", classes), "\n", totals("kind", kinds), "\n")
only <- paste0("breakdown,class,count,status\n", totals("class", classes), "\n")
d <- svydesign(~psu, strata = ~region, weights = ~w, fpc = ~plants, data = firms)
goal <- c("(Intercept)" = 1800, "factor(class)10" = 500, "factor(class)30" = 600, "factor(kind)b" = 500, "factor(kind)d-e" = 500)
case("clusters, raked", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "psu"\nfpc = "plants"\ninterval = "mean"\n',
     "calibrate(svydesign(~psu, strata=~region, weights=~w, fpc=~plants), ~factor(class)+factor(kind), goal, calfun='raking')",
     calibrate(d, ~factor(class) + factor(kind), goal, calfun = "raking", epsilon = 1e-13, maxit = 200), inside = FALSE, deff = FALSE, population = known)
case("clusters, post-stratified", "firms",
     '[design]\nweight = "w"\nstrata = "region"\ncluster = "psu"\nfpc = "plants"\ninterval = "mean"\n',
     "postStratify(svydesign(~psu, strata=~region, weights=~w, fpc=~plants), ~class, data.frame(class, Freq))",
     postStratify(d, ~class, data.frame(class = as.numeric(names(classes)), Freq = classes)), inside = FALSE, deff = FALSE, population = only)

# --- replicate weights -----------------------------------------------------------------------------------
flat <- svydesign(~psu, weights = ~w, data = firms)
deep <- svydesign(~psu, strata = ~region, weights = ~w, data = firms)
put <- function(data, d, prefix, combined = TRUE) {
  w <- weights(d, if (combined) "analysis" else "replication")
  colnames(w) <- paste0(prefix, seq_len(ncol(w)))
  cbind(data, w)
}
jk1 <- as.svrepdesign(flat, type = "JK1")
jkn <- as.svrepdesign(deep, type = "JKn")
boot <- as.svrepdesign(deep, type = "subbootstrap", replicates = 60, compress = FALSE)
firms <- put(put(put(firms, jk1, "ja"), jkn, "jn"), boot, "bo", combined = FALSE)
two <- svydesign(~1, strata = ~pair, weights = ~w, data = pairs)
brr <- as.svrepdesign(two, type = "BRR")
fay <- as.svrepdesign(two, type = "Fay", fay.rho = 0.3)
pairs <- put(put(pairs, brr, "br"), fay, "fa")
again <- function(d, columns, ...) svrepdesign(data = d$variables, weights = ~w, repweights = columns, combined.weights = TRUE, ...)
given <- function(id, data, toml, call, d, ...) case(id, data, paste0('[design]\nweight = "w"\ninterval = "mean"\n', toml), call, d, ci = "mean", inside = FALSE, deff = FALSE, ...)
given("replicates jk1", "firms", '[design.replicates]\nprefix = "ja"\nmethod = "jk1"\n', "as.svrepdesign(flat, type='JK1')", jk1)
given("replicates jkn", "firms",
      sprintf('[design.replicates]\ncolumns = "jn1..jn20"\nmethod = "jkn"\nrscales = [%s]\n', paste(sprintf("%.17g", jkn$rscales), collapse = ", ")),
      "as.svrepdesign(deep, type='JKn')", jkn)
given("replicates bootstrap, not combined", "firms",
      sprintf('[design.replicates]\nprefix = "bo"\nmethod = "bootstrap"\nscale = %.17g\ncombined = false\n', boot$scale * boot$rscales[1]),
      "as.svrepdesign(deep, type='subbootstrap', replicates=60)", boot)
given("replicates brr", "pairs", '[design.replicates]\nprefix = "br"\nmethod = "brr"\n', "as.svrepdesign(two, type='BRR')", brr)
given("replicates fay", "pairs", '[design.replicates]\nprefix = "fa"\nmethod = "fay"\nrho = 0.3\n', "as.svrepdesign(two, type='Fay', fay.rho=.3)", fay)
brr$mse <- TRUE
given("replicates about the estimate", "pairs", '[design.replicates]\nprefix = "br"\nmethod = "brr"\nmse = true\n', "mse=TRUE", brr)
given("jackknife made here", "firms", 'cluster = "psu"\nvariance = "jackknife"\n', "as.svrepdesign(flat, type='JK1')", jk1)
given("jackknife in strata made here", "firms", 'strata = "region"\ncluster = "psu"\nvariance = "jackknife"\n', "as.svrepdesign(deep, type='JKn')", jkn)
given("jackknife of single responses", "pairs", 'variance = "jackknife"\n', "as.svrepdesign(svydesign(~1, weights=~w), type='JK1')",
      as.svrepdesign(svydesign(~1, weights = ~w, data = pairs), type = "JK1"))
raked <- rake(jkn, list(~class, ~kind), list(data.frame(class = as.numeric(names(classes)), Freq = classes), data.frame(kind = names(kinds), Freq = kinds)),
              control = list(maxit = 500, epsilon = 1e-12))
case("replicates, raked again each", "firms",
     sprintf('[design]\nweight = "w"\ninterval = "mean"\n[design.replicates]\ncolumns = "jn1..jn20"\nmethod = "jkn"\nrscales = [%s]\n', paste(sprintf("%.17g", jkn$rscales), collapse = ", ")),
     "rake(as.svrepdesign(deep, type='JKn'), list(~class, ~kind), …)", raked, inside = FALSE, deff = FALSE, population = known,
     df = FALSE) # R takes the rank of the raked weights, 19; here it is that of the weights as given, 17

save <- function(data, name) write.csv(format(data, digits = 15, trim = TRUE, scientific = FALSE), sprintf("data/%s.csv", name), row.names = FALSE, quote = FALSE, na = "")
for (name in c("firms", "pairs")) {
  data <- get(name)
  data[] <- lapply(data, function(x) if (is.numeric(x)) ifelse(is.na(x), "", sprintf("%.15g", x)) else x)
  write.csv(data, sprintf("data/%s.csv", name), row.names = FALSE, quote = FALSE)
}
writeLines(paste0("{\n", paste(sprintf('"%s": %s', names(expected), sapply(expected, json)), collapse = ",\n"), "\n}"), "expected/rows.json")
cat(length(expected), "cases\n")
