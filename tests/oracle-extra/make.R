# Further reference values: designs, options and tests that tests/oracle does not hold.
#
#   cd tests/oracle-extra && Rscript make.R
#
# Made with R 4.2.2 and survey 4.1-1 (Debian 12) on 2026-11-24. Writes data/*.csv, index.jsonl and
# expected/extra.json in the layout that `cargo xtask oracle DIR` reads. The data are made up here, but for
# the schools, which are those of tests/oracle.

suppressMessages(library(survey))
options(survey.lonely.psu = "fail", digits = 17)
set.seed(20261124)

# --- data -----------------------------------------------------------------------------------------------
strata <- rep(1:3, c(36, 48, 36))
unit <- unlist(lapply(c(6, 8, 6), function(k) rep(seq_len(k), each = 6))) # labels reused across strata
firms <- data.frame(
  region = strata, plant = unit, line = ave(unit, strata, unit, FUN = seq_along),
  plants = c(20, 40, 11)[strata], lines = 15, share = c(6 / 20, 8 / 40, 6 / 11)[strata],
  class = sample(c(2, 10, 30), 120, TRUE), kind = sample(c("b", "a c", "d-e"), 120, TRUE)
)
firms$w <- firms$plants / c(6, 8, 6)[strata] * firms$lines / 6 * exp(rnorm(120, 0, 0.3))
firms$staff <- round(exp(rnorm(120, 3, 1)) + 2 * firms$region)
firms$sales <- round(firms$staff * runif(120, 5, 15), 1)
firms$backup <- as.numeric(runif(120) < 0.15 + 0.1 * firms$region)
firms$test <- as.numeric(runif(120) < 0.3 + 0.4 * firms$backup)
firms$test[sample(120, 15)] <- NA
firms$staff[sample(120, 9)] <- NA
alone <- data.frame(h = c(1, 1, 1, 2, 3, 3, 4), w = c(2, 3, 2, 5, 1, 1, 4), cost = c(3, 8, 1, 9, 4, 4, 2),
                    hours = c(1, 0, 2, 5, 3, 1, 1))
schools <- function(name) read.csv(sprintf("../oracle/data/%s.csv", name), check.names = FALSE)
pairs <- schools("apisrs")[1:40, c("stype", "api00", "api99", "enroll", "api.stu")]
pairs$pair <- rep(1:20, each = 2)
pairs$pw <- 25 + pairs$pair
write <- function(data, name) write.csv(data, sprintf("data/%s.csv", name), row.names = FALSE, na = "", quote = FALSE)
for (name in c("firms", "alone", "pairs")) write(get(name), name)

# --- writing --------------------------------------------------------------------------------------------
number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, '"Inf"', '"-Inf"'), sprintf("%.17g", x)))
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x) && !is.null(names(x))) return(paste0("{", paste(sprintf('"%s": %s', names(x), sapply(x, json)), collapse = ", "), "}"))
  if (is.list(x)) return(paste0("[", paste(sapply(x, json), collapse = ", "), "]"))
  one <- if (is.character(x)) sprintf('"%s"', x) else if (is.logical(x)) tolower(as.character(x)) else number(unname(x))
  if (length(x) == 1 && !inherits(x, "AsIs")) one else paste0("[", paste(one, collapse = ", "), "]")
}
lines <- c()
expected <- list()
case <- function(id, group, call, design, op, values, rel = 1e-8, data = NULL) {
  head <- list(id = id, group = group, data = I(c(character(0), if (!is.null(design)) paste0("data/", design$data, ".csv"), data)),
               design = if (is.null(design)) list() else design, op = op, call = call,
               tol_rel = rel, tol_abs = rel / 100, expected_file = "expected/extra.json")
  lines <<- c(lines, json(head))
  expected[[id]] <<- values
}
spec <- function(data, ids = "1", strata = NULL, weights = NULL, fpc = NULL, ...)
  list(data = data, ids = ids, strata = strata, weights = weights, fpc = fpc, ...)
named <- function(x, names) setNames(as.list(unname(x)), names)

# --- designs --------------------------------------------------------------------------------------------
designs <- list(
  nested = list(spec("firms", "plant", "region", "w", nest = TRUE),
                svydesign(~plant, strata = ~region, weights = ~w, nest = TRUE, data = firms)),
  count = list(spec("firms", "plant", "region", "w", "plants", nest = TRUE),
               svydesign(~plant, strata = ~region, weights = ~w, fpc = ~plants, nest = TRUE, data = firms)),
  fraction = list(spec("firms", "plant", "region", "w", "share", nest = TRUE),
                  svydesign(~plant, strata = ~region, weights = ~w, fpc = ~share, nest = TRUE, data = firms)),
  stages = list(spec("firms", c("plant", "line"), "region", NULL, c("plants", "lines"), nest = TRUE),
                svydesign(~plant + line, strata = ~region, fpc = ~plants + lines, nest = TRUE, data = firms)),
  rows = list(spec("firms", "1", NULL, "w"), svydesign(~1, weights = ~w, data = firms))
)
for (name in names(designs)) {
  s <- designs[[name]][[1]]
  d <- designs[[name]][[2]]
  m <- svymean(~sales + staff, d, na.rm = TRUE)
  case(paste0("mean-", name), "mean", "svymean(~sales+staff, d, na.rm=TRUE)", s, list(stat = "mean", vars = I(c("sales", "staff"))),
       list(estimate = named(coef(m), c("sales", "staff")), se = named(SE(m), c("sales", "staff")), df = degf(d)))
  t <- svytotal(~factor(class), d)
  case(paste0("total-", name), "total", "svytotal(~factor(class), d)", s, list(stat = "total", vars = I("class"), categorical = TRUE),
       list(estimate = named(coef(t), c("class2", "class10", "class30")), se = named(SE(t), c("class2", "class10", "class30"))))
  r <- svyratio(~sales, ~staff, d, na.rm = TRUE)
  case(paste0("ratio-", name), "ratio", "svyratio(~sales, ~staff, d, na.rm=TRUE)", s, list(stat = "ratio", num = "sales", den = "staff"),
       list(estimate = coef(r)[[1]], se = SE(r)[[1]]))
  b <- svyby(~sales, ~class + kind, d, svymean)
  case(paste0("by-", name), "domain", "svyby(~sales, ~class+kind, d, svymean)", s, list(stat = "mean", vars = I("sales"), by = I(c("class", "kind"))),
       list(estimate = I(coef(b)), se = I(SE(b))))
  u <- subset(d, class == 10 & sales > 50)
  m <- svymean(~sales, u)
  case(paste0("subset-", name), "domain", "svymean(~sales, subset(d, class == 10 & sales > 50))", s,
       list(stat = "mean", vars = I("sales"), domain = "class == 10 & sales > 50"),
       list(estimate = list(sales = coef(m)[[1]]), se = list(sales = SE(m)[[1]]), degf_subset = degf(u)))
  v <- svyvar(~sales, d)
  case(paste0("variance-", name), "variance", "svyvar(~sales, d)", s, list(stat = "population_variance", vars = I("sales")),
       list(estimate = coef(v)[[1]], se = SE(v)[[1]]))
  for (statistic in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) {
    x <- svychisq(~class + kind, d, statistic = statistic)
    case(paste("chisq", statistic, name, sep = "-"), "chisq", sprintf("svychisq(~class+kind, d, statistic='%s')", statistic), s,
         list(stat = "svychisq", vars = I(c("class", "kind")), statistic = statistic),
         list(statistic = x$statistic[[1]], p_value = x$p.value[[1]]), rel = if (statistic == "saddlepoint") 1e-5 else 1e-8)
  }
  for (method in c("logit", "likelihood", "asin", "beta", "mean", "xlogit")) for (level in c(0.8, 0.99)) {
    p <- svyciprop(~backup, d, method = method, level = level, df = degf(d))
    ci <- attr(p, "ci")
    case(paste("ciprop", method, level, name, sep = "-"), "ciprop", sprintf("svyciprop(~backup, d, method='%s', level=%s)", method, level), s,
         list(stat = "proportion_ci", expr = "backup", method = method, level = level, df = degf(d)),
         list(estimate = coef(p)[[1]], lo = ci[[1]], hi = ci[[2]]), rel = if (method %in% c("logit", "likelihood")) 1e-5 else 1e-8)
  }
}

# --- quantiles ------------------------------------------------------------------------------------------
for (name in c("nested", "rows")) {
  s <- designs[[name]][[1]]
  d <- designs[[name]][[2]]
  for (rule in c("math", "school", paste0("hf", 1:9))) {
    q <- as.matrix(svyquantile(~sales, d, c(0.1, 0.5, 0.9), qrule = rule, ci = TRUE)[[1]])
    case(paste("quantile", rule, name, sep = "-"), "quantile", sprintf("svyquantile(~sales, d, c(.1,.5,.9), qrule='%s')", rule), s,
         list(stat = "quantile", vars = I("sales"), q = I(c(0.1, 0.5, 0.9)), qrule = rule),
         list(estimate = I(q[, 1]), lo = I(q[, 2]), hi = I(q[, 3])))
  }
  for (type in c("mean", "beta", "xlogit", "asin", "score")) {
    q <- svyquantile(~sales, d, 0.4, alpha = 0.1, interval.type = type, ci = TRUE)[[1]]
    case(paste("quantile-ci", type, name, sep = "-"), "quantile", sprintf("svyquantile(~sales, d, .4, alpha=.1, interval.type='%s')", type), s,
         list(stat = "quantile", vars = I("sales"), q = 0.4, interval = type, alpha = 0.1),
         list(estimate = q[[1]], lo = q[[2]], hi = q[[3]]))
  }
}

# --- strata with one unit -------------------------------------------------------------------------------
for (rule in c("remove", "certainty", "average")) {
  options(survey.lonely.psu = rule)
  d <- svydesign(~1, strata = ~h, weights = ~w, data = alone)
  m <- svymean(~cost + hours, d)
  t <- svytotal(~cost, d)
  case(paste0("alone-", rule), "lonely", "svymean(~cost+hours,d); svytotal(~cost,d)",
       spec("alone", "1", "h", "w", extra = list(lonely_psu = rule)), list(stat = "mean+total", lonely = rule),
       list(estimate = named(coef(m), c("cost", "hours")), se = named(SE(m), c("cost", "hours")), total = coef(t)[[1]], total_se = SE(t)[[1]]))
}
options(survey.lonely.psu = "fail")

# --- replicates -----------------------------------------------------------------------------------------
summary_of <- function(r) {
  m <- svymean(~api00 + enroll, r)
  t <- svytotal(~enroll, r)
  q <- svyratio(~api.stu, ~enroll, r)
  b <- svyby(~api00, ~stype, r, svymean)
  list(mean = named(coef(m), c("api00", "enroll")), se = named(SE(m), c("api00", "enroll")), total = coef(t)[[1]], total_se = SE(t)[[1]],
       ratio = coef(q)[[1]], ratio_se = SE(q)[[1]], by_stype = I(coef(b)), by_stype_se = I(SE(b)), scale = r$scale)
}
d <- svydesign(~1, strata = ~pair, weights = ~pw, data = pairs)
s <- spec("pairs", "1", "pair", "pw")
multipliers <- function(r, name) {
  w <- as.data.frame(weights(r, type = "replication"))
  names(w) <- paste0("r", seq_along(w))
  write(w, paste0("repw_", name))
}
for (mse in c(FALSE, TRUE)) {
  suffix <- if (mse) "-mse" else ""
  kinds <- list(brr = list("BRR"), fay = list("Fay", fay.rho = 0.3), jkn = list("JKn"))
  for (name in names(kinds)) {
    r <- do.call(as.svrepdesign, c(list(d), kinds[[name]], list(mse = mse)))
    multipliers(r, name)
    case(paste0("replicate-", name, suffix), "replicate", sprintf("as.svrepdesign(d, type='%s', mse=%s)", kinds[[name]][[1]], mse), s,
         list(type = kinds[[name]][[1]], mse = mse, scale = r$scale, rscales = I(r$rscales)), summary_of(r), data = paste0("data/repw_", name, ".csv"))
  }
  case(paste0("replicate-jkn-made-here", suffix), "replicate", sprintf("as.svrepdesign(d, type='JKn', mse=%s)", mse), s,
       list(type = "JKn", mse = mse), summary_of(as.svrepdesign(d, type = "JKn", mse = mse))[-9])
}
strat <- schools("apistrat")
d <- svydesign(~1, strata = ~stype, weights = ~pw, data = strat)
s <- spec("../../oracle/data/apistrat", "1", "stype", "pw")
r <- as.svrepdesign(d, type = "subbootstrap", replicates = 30, mse = TRUE)
multipliers(r, "boot")
case("replicate-bootstrap-mse", "replicate", "as.svrepdesign(d, type='subbootstrap', mse=TRUE)", s,
     list(type = "subbootstrap", mse = TRUE, scale = r$scale, rscales = 1), summary_of(r), data = "data/repw_boot.csv")

# --- weights --------------------------------------------------------------------------------------------
report <- function(g) {
  m <- svymean(~api00, g)
  t <- svytotal(~enroll, g)
  list(weights = I(weights(g)), total_enroll = coef(t)[[1]], total_enroll_se = SE(t)[[1]], mean = list(api00 = coef(m)[[1]]), mean_se = list(api00 = SE(m)[[1]]))
}
totals <- c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
calibrations <- list(raking = list(calfun = "raking"), "linear-bounds" = list(calfun = "linear", bounds = c(0.8, 1.3)),
                     logit = list(calfun = "logit", bounds = c(0.7, 1.5)))
for (name in names(calibrations)) {
  g <- do.call(calibrate, c(list(d, ~stype + api99, population = totals, epsilon = 1e-10, maxit = 200), calibrations[[name]]))
  op <- list(calfun = calibrations[[name]]$calfun, totals = as.list(totals))
  if (!is.null(calibrations[[name]]$bounds)) op$bounds <- I(calibrations[[name]]$bounds)
  case(paste0("calibrate-", name), "calibrate", "calibrate(d, ~stype+api99, pop, ...)", s, op, report(g), rel = 1e-6)
}
margin <- function(name, values) setNames(data.frame(names(values), unname(values)), c(name, "Freq"))
stype <- c(E = 4421, H = 755, M = 1018)
both <- c(No = 2027, Yes = 4167)
g <- postStratify(d, ~awards, margin("awards", both))
case("poststratify-awards", "poststratify", "postStratify(d, ~awards, pop)", s, list(margins = list(awards = as.list(both))), report(g))
g <- rake(d, list(~awards, ~stype), list(margin("awards", both), margin("stype", stype)), control = list(maxit = 500, epsilon = 1e-9))
k <- report(g)
case("rake-awards-stype", "rake", "rake(d, list(~awards, ~stype), margins)", s,
     list(margins = list(awards = as.list(both), stype = as.list(stype))), k[c("weights", "total_enroll", "mean")], rel = 1e-6)

# --- counts ---------------------------------------------------------------------------------------------
tables <- list(c(3, 7, 11, 2), c(0, 9, 4, 6), c(40, 3, 700, 900), c(1, 1, 1, 1), c(2000, 1500, 1400, 2100))
for (k in seq_along(tables)) for (level in c(0.9, 0.99)) {
  x <- matrix(tables[[k]], 2, byrow = TRUE)
  f <- fisher.test(x, conf.level = level)
  plain <- suppressWarnings(chisq.test(x, correct = FALSE))
  case(sprintf("fisher-%d-%s", k, level), "exact", "fisher.test(matrix(x,2,byrow=TRUE), conf.level=)", NULL,
       list(table = I(list(I(x[1, ]), I(x[2, ]))), level = level),
       list(p_two = f$p.value, or_cmle = f$estimate[[1]], or_lo = f$conf.int[1], or_hi = f$conf.int[2],
            p_less = fisher.test(x, alternative = "less")$p.value, p_greater = fisher.test(x, alternative = "greater")$p.value,
            chisq = plain$statistic[[1]], chisq_p = plain$p.value), rel = 1e-6)
}
larger <- list(rbind(c(3, 1, 4), c(1, 5, 9), c(2, 6, 5)), rbind(c(8, 0, 2, 5), c(3, 7, 7, 1)), rbind(c(1, 2), c(6, 1), c(0, 5), c(4, 4)))
for (k in seq_along(larger)) {
  x <- larger[[k]]
  plain <- suppressWarnings(chisq.test(x, correct = FALSE))
  rows <- I(lapply(seq_len(nrow(x)), function(i) I(x[i, ])))
  case(paste0("fisher-rxc-", k), "exact", "fisher.test(r x c)", NULL, list(table = rows),
       list(p = fisher.test(x)$p.value, chisq = plain$statistic[[1]], df = plain$parameter[[1]], chisq_p = plain$p.value), rel = 1e-6)
}
for (score in list(1:4, c(0, 1, 5, 20))) {
  x <- c(4, 9, 12, 30)
  n <- c(20, 31, 29, 44)
  t <- prop.trend.test(x, n, score)
  case(paste0("trend-", score[4]), "trend", "prop.trend.test(x, n, score)", NULL, list(x = I(x), n = I(n), score = I(score)),
       list(statistic = t$statistic[[1]], parameter = t$parameter[[1]], p_value = t$p.value))
}
p <- c(0.04, 0.001, 0.04, 0.9, 0.012, 0.5)
methods <- c("holm", "BH", "bonferroni", "hochberg", "BY")
case("padjust-ties", "padjust", "p.adjust(p, ...)", NULL, list(p = I(p)), setNames(lapply(methods, function(m) I(p.adjust(p, m))), methods))

source("extremes.R")

writeLines(lines, "index.jsonl")
writeLines(json(expected), "expected/extra.json")
cat(length(lines), "cases\n")
