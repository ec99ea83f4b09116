# The same operations where they are likely to go wrong: read by make.R, whose helpers it uses.
#
# Weights over twelve orders of magnitude, strata of one unit, a stratum in which everyone was asked, three
# stages, domains of one or two rows, ties, sparse tables, near separation, large counts, other levels.

set.seed(20261128)
options(survey.lonely.psu = "fail", warn = -1)

# --- a sample with everything wrong in it -----------------------------------------------------------------
n <- 150
odd <- data.frame(
  h = rep(1:5, c(10, 20, 30, 40, 50)), group = sample(c("a", "b", "c", "d"), n, TRUE, c(0.7, 0.25, 0.04, 0.01)),
  side = sample(c("l", "r"), n, TRUE)
)
odd$unit <- unlist(lapply(c(10, 20, 30, 40, 50), function(k) rep(seq_len(k / 5), each = 5)))
odd$wide <- 10^runif(n, -6, 6)
odd$even <- c(3, 7, 1, 12, 40)[odd$h]
odd$all <- c(10, 140, 30, 480, 2000)[odd$h] # strata 1 and 3 answered completely
odd$part <- c(10, 20, 30, 40, 50)[odd$h] / odd$all
odd$score <- sample(0:4, n, TRUE)
odd$money <- round(exp(rnorm(n, 2, 3)), 3)
odd$staff <- 1 + rpois(n, 30)
odd$rare <- as.numeric(seq_len(n) %in% c(37, 88, 140))
odd$often <- 1 - odd$rare
odd$yes <- as.numeric(runif(n) < 0.4)
odd$twice <- odd$yes + (runif(n) < 0.1)
odd$money[sample(n, 20)] <- NA
write(odd, "odd")
odd_designs <- list(
  wide = list(spec("odd", "1", NULL, "wide"), svydesign(~1, weights = ~wide, data = odd)),
  strata = list(spec("odd", "1", "h", "even"), svydesign(~1, strata = ~h, weights = ~even, data = odd)),
  census = list(spec("odd", "1", "h", NULL, "all"), svydesign(~1, strata = ~h, fpc = ~all, data = odd)),
  fraction = list(spec("odd", "1", "h", "even", "part"), svydesign(~1, strata = ~h, weights = ~even, fpc = ~part, data = odd)),
  units = list(spec("odd", "unit", "h", "wide", nest = TRUE), svydesign(~unit, strata = ~h, weights = ~wide, nest = TRUE, data = odd))
)
for (name in names(odd_designs)) {
  s <- odd_designs[[name]][[1]]
  d <- odd_designs[[name]][[2]]
  id <- function(...) paste("odd", ..., name, sep = "-")
  m <- svymean(~money + staff, d, na.rm = TRUE)
  case(id("mean"), "mean", "svymean(~money+staff, d, na.rm=TRUE)", s, list(stat = "mean", vars = I(c("money", "staff"))),
       list(estimate = named(coef(m), c("money", "staff")), se = named(SE(m), c("money", "staff")), df = degf(d)), rel = 1e-7)
  t <- svytotal(~rare + staff, d)
  case(id("total"), "total", "svytotal(~rare+staff, d)", s, list(stat = "total", vars = I(c("rare", "staff"))),
       list(estimate = named(coef(t), c("rare", "staff")), se = named(SE(t), c("rare", "staff"))), rel = 1e-7)
  k <- svymean(~factor(score), d, deff = "replace")
  case(id("levels"), "proportion", "svymean(~factor(score), d, deff='replace')", s,
       list(stat = "mean", vars = I("score"), categorical = TRUE, deff = "wr"),
       list(estimate = named(coef(k), paste0("score", 0:4)), se = named(SE(k), paste0("score", 0:4)), deff = named(deff(k), paste0("score", 0:4))), rel = 1e-7)
  r <- svyratio(~money, ~staff, d, na.rm = TRUE)
  case(id("ratio"), "ratio", "svyratio(~money, ~staff, d, na.rm=TRUE)", s, list(stat = "ratio", num = "money", den = "staff"),
       list(estimate = coef(r)[[1]], se = SE(r)[[1]]), rel = 1e-7)
  b <- svyby(~yes, ~group + side, d, svymean)
  case(id("by"), "domain", "svyby(~yes, ~group+side, d, svymean)", s, list(stat = "mean", vars = I("yes"), by = I(c("group", "side"))),
       list(estimate = I(coef(b)), se = I(SE(b))), rel = 1e-7)
  b <- svyby(~staff, ~group, d, svytotal)
  case(id("total-by"), "domain", "svyby(~staff, ~group, d, svytotal)", s, list(stat = "total", vars = I("staff"), by = I("group")),
       list(estimate = I(coef(b)), se = I(SE(b))), rel = 1e-7)
  b <- svyby(~money, ~side, denominator = ~staff, d, svyratio, na.rm = TRUE)
  case(id("ratio-by"), "domain", "svyby(~money, ~side, denominator=~staff, d, svyratio, na.rm=TRUE)", s,
       list(stat = "ratio", num = "money", den = "staff", by = I("side")), list(estimate = I(unlist(coef(b))), se = I(unlist(SE(b)))), rel = 1e-7)
  u <- subset(d, group == "c" & side == "l")
  m <- svymean(~staff, u)
  case(id("small-domain"), "domain", "svymean(~staff, subset(d, group=='c' & side=='l'))", s,
       list(stat = "mean", vars = I("staff"), domain = "group=='c' & side=='l'"),
       list(estimate = list(staff = coef(m)[[1]]), se = list(staff = SE(m)[[1]]), degf_subset = degf(u), n = nrow(u)), rel = 1e-7)
  c <- svycontrast(svyby(~staff, ~side, d, svymean, covmat = TRUE), c(-1, 1))
  case(id("contrast"), "contrast", "svycontrast(svyby(~staff,~side,d,svymean,covmat=TRUE), c(-1,1))", s,
       list(stat = "domain difference (second minus first, alphabetical)", vars = I("staff"), by = I("side")),
       list(estimate = coef(c)[[1]], se = SE(c)[[1]]), rel = 1e-7)
  v <- svyvar(~staff, d)
  case(id("variance"), "variance", "svyvar(~staff, d)", s, list(stat = "population_variance", vars = I("staff")),
       list(estimate = coef(v)[[1]], se = SE(v)[[1]]), rel = 1e-7)
  for (y in c("rare", "often", "yes")) for (method in c("logit", "likelihood", "asin", "beta", "mean", "xlogit")) {
    p <- tryCatch(svyciprop(reformulate(y), d, method = method, df = degf(d)), error = function(e) NULL)
    if (is.null(p) || anyNA(attr(p, "ci"))) next
    ci <- attr(p, "ci")
    # R's fit stops when the deviance hardly changes: of a share of a millionth that leaves its ends loose.
    rel <- if (method == "logit") 1e-4 else if (method == "likelihood") 1e-3 else 1e-7
    case(id("ciprop", method, y), "ciprop", sprintf("svyciprop(~%s, d, method='%s')", y, method), s,
         list(stat = "proportion_ci", expr = y, method = method, level = 0.95, df = degf(d)),
         list(estimate = coef(p)[[1]], lo = ci[[1]], hi = ci[[2]]), rel = rel)
  }
  for (statistic in c("F", "Chisq", "Wald", "adjWald", "saddlepoint")) {
    x <- tryCatch(svychisq(~score + side, d, statistic = statistic), error = function(e) NULL)
    if (is.null(x) || !is.finite(x$p.value)) next
    case(id("chisq", statistic), "chisq", sprintf("svychisq(~score+side, d, statistic='%s')", statistic), s,
         list(stat = "svychisq", vars = I(c("score", "side")), statistic = statistic),
         list(statistic = x$statistic[[1]], p_value = x$p.value[[1]]), rel = if (statistic == "saddlepoint") 1e-4 else 1e-7)
  }
  x <- svytable(~score + group, d)
  case(id("table"), "table", "svytable(~score+group, d)", s, list(stat = "weighted_table", vars = I(c("score", "group"))),
       list(sum = sum(x), table = list(rows = I(rownames(x)), cols = I(colnames(x)), values = I(lapply(seq_len(nrow(x)), function(i) I(x[i, ]))))), rel = 1e-9)
  t <- svyttest(staff ~ side, d)
  case(id("ttest"), "ttest", "svyttest(staff~side, d)", s, list(stat = "ttest", y = "staff", g = "side"),
       list(statistic = t$statistic[[1]], parameter = t$parameter[[1]], p_value = t$p.value[[1]], estimate = t$estimate[[1]]), rel = 1e-7)
  t <- svyranktest(money ~ side, d)
  case(id("ranktest"), "ttest", "svyranktest(money~side, d)", s, list(stat = "ranktest"),
       list(statistic = t$statistic[[1]], parameter = t$parameter[[1]], p_value = t$p.value[[1]]), rel = 1e-7)
  g <- svyglm(yes ~ staff + side, d, family = quasibinomial, epsilon = 1e-14, maxit = 100)
  case(id("logistic"), "glm-optional", "svyglm(yes~staff+side, d, family=quasibinomial)", s, list(stat = "logistic"),
       list(coef = as.list(coef(g)), se = as.list(SE(g))), rel = 1e-5)
  # In the scale of a design of weights so far apart the quantile is one of the few heavy rows.
  for (rule in c("math", "school", "hf7")) {
    q <- as.matrix(svyquantile(~score + staff, d, c(0.01, 0.25, 0.5, 0.99), qrule = rule, ci = TRUE)$staff)
    case(id("quantile", rule), "quantile", sprintf("svyquantile(~staff, d, c(.01,.25,.5,.99), qrule='%s')", rule), s,
         list(stat = "quantile", vars = I("staff"), q = I(c(0.01, 0.25, 0.5, 0.99)), qrule = rule),
         list(estimate = I(q[, 1]), lo = I(q[, 2]), hi = I(q[, 3])), rel = 1e-7)
    q <- as.matrix(svyquantile(~score, d, c(0.25, 0.5), qrule = rule, ci = TRUE)[[1]])
    case(id("quantile-ties", rule), "quantile", sprintf("svyquantile(~score, d, c(.25,.5), qrule='%s')", rule), s,
         list(stat = "quantile", vars = I("score"), q = I(c(0.25, 0.5)), qrule = rule),
         list(estimate = I(q[, 1]), lo = I(q[, 2]), hi = I(q[, 3])), rel = 1e-7)
  }
}

# --- three stages, fractions ------------------------------------------------------------------------------
deep <- expand.grid(row = 1:3, room = 1:2, house = 1:4, town = 1:5)
deep <- data.frame(town = deep$town, house = deep$house, room = deep$town * 100 + deep$house * 10 + deep$room, y = round(rnorm(120, 50 + deep$town, 9), 2),
                   g = sample(c("u", "v"), 120, TRUE), towns = 12, houses = 9, rooms = 5)
deep$f1 <- 5 / 12; deep$f2 <- 4 / 9; deep$f3 <- 2 / 5
write(deep, "deep")
stages <- list(
  counts = list(spec("deep", c("town", "house", "room"), NULL, NULL, c("towns", "houses", "rooms"), nest = TRUE),
                svydesign(~town + house + room, fpc = ~towns + houses + rooms, nest = TRUE, data = deep)),
  two = list(spec("deep", c("town", "house"), NULL, NULL, c("towns", "houses"), nest = TRUE),
             svydesign(~town + house, fpc = ~towns + houses, nest = TRUE, data = deep)),
  fractions = list(spec("deep", c("town", "house"), NULL, NULL, c("f1", "f2"), nest = TRUE),
                   svydesign(~town + house, fpc = ~f1 + f2, nest = TRUE, data = deep))
)
for (name in names(stages)) {
  s <- stages[[name]][[1]]
  d <- stages[[name]][[2]]
  m <- svymean(~y, d)
  case(paste0("deep-mean-", name), "mean", "svymean(~y, d)", s, list(stat = "mean", vars = I("y")),
       list(estimate = list(y = coef(m)[[1]]), se = list(y = SE(m)[[1]]), df = degf(d)))
  t <- svytotal(~y, d)
  case(paste0("deep-total-", name), "fpc", "svytotal(~y, d)", s, list(stat = "total", vars = I("y")),
       list(estimate = list(y = coef(t)[[1]]), se = list(y = SE(t)[[1]])))
  b <- svyby(~y, ~g, d, svymean)
  case(paste0("deep-by-", name), "domain", "svyby(~y, ~g, d, svymean)", s, list(stat = "mean", vars = I("y"), by = I("g")),
       list(estimate = I(coef(b)), se = I(SE(b))))
  u <- subset(d, town <= 3)
  m <- svymean(~y, u)
  case(paste0("deep-subset-", name), "domain", "svymean(~y, subset(d, town <= 3))", s, list(stat = "mean", vars = I("y"), domain = "town <= 3"),
       list(estimate = list(y = coef(m)[[1]]), se = list(y = SE(m)[[1]]), degf_subset = degf(u)))
}

# --- strata with one unit: the mean of what is centred at the sample's mean --------------------------------
options(survey.lonely.psu = "adjust")
d <- svydesign(~1, strata = ~h, weights = ~w, data = alone)
m <- svymean(~cost + hours, d)
case("alone-adjust-mean", "lonely", "svymean(~cost+hours,d); svytotal(~cost,d)",
     spec("alone", "1", "h", "w", extra = list(lonely_psu = "adjust")), list(stat = "mean+total", lonely = "adjust"),
     list(estimate = named(coef(m), c("cost", "hours")), se = named(SE(m), c("cost", "hours"))))
options(survey.lonely.psu = "fail")

# --- replicates: corrections for the population, Fay's factor at its ends ----------------------------------
schools_report <- function(id, call, s, op, r, data = NULL) {
  values <- summary_of(r)
  case(id, "replicate", call, s, op, if (is.null(data)) values[-9] else values, data = data)
}
strat <- schools("apistrat")
d <- svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat)
s <- spec("../../oracle/data/apistrat", "1", "stype", "pw", "fpc")
schools_report("replicate-jkn-fpc", "as.svrepdesign(d, type='JKn')", s, list(type = "JKn"), as.svrepdesign(d, type = "JKn"))
schools_report("replicate-jkn-fpc-mse", "as.svrepdesign(d, type='JKn', mse=TRUE)", s, list(type = "JKn", mse = TRUE), as.svrepdesign(d, type = "JKn", mse = TRUE))
one <- schools("apiclus1")
d <- svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = one)
s <- spec("../../oracle/data/apiclus1", "dnum", NULL, "pw", "fpc")
schools_report("replicate-jk1-fpc-mse", "as.svrepdesign(d, type='JK1', mse=TRUE)", s, list(type = "JK1", mse = TRUE), as.svrepdesign(d, type = "JK1", mse = TRUE))
d <- svydesign(~1, strata = ~pair, weights = ~pw, data = pairs)
s <- spec("pairs", "1", "pair", "pw")
for (rho in c(0, 0.01, 0.5, 0.9)) {
  r <- as.svrepdesign(d, type = "Fay", fay.rho = rho)
  multipliers(r, paste0("fay", rho))
  schools_report(paste0("replicate-fay-", rho), sprintf("as.svrepdesign(d, type='Fay', fay.rho=%s)", rho), s,
                 list(type = "Fay", fay.rho = rho, scale = r$scale, rscales = I(r$rscales)), r, data = sprintf("data/repw_fay%s.csv", rho))
}

# --- weights: unequal base weights, four margins, tight bounds ----------------------------------------------
d <- svydesign(~dnum, weights = ~pw, data = one)
s <- spec("../../oracle/data/apiclus1", "dnum", NULL, "pw")
one$pw2 <- one$pw * (1 + one$meals / 50)
write(one[c("dnum", "stype", "awards", "comp.imp", "sch.wide", "yr.rnd", "api00", "api99", "enroll", "meals", "ell", "pw2")], "unequal")
d2 <- svydesign(~dnum, weights = ~pw2, data = one)
s2 <- spec("unequal", "dnum", NULL, "pw2")
three <- list(awards = both, stype = stype, "comp.imp" = c(No = 1815, Yes = 4379), "sch.wide" = c(No = 1072, Yes = 5122))
for (k in 2:4) {
  names_k <- names(three)[seq_len(k)]
  margins <- lapply(names_k, function(v) margin(v, three[[v]]))
  g <- rake(d2, lapply(names_k, reformulate), margins, control = list(maxit = 2000, epsilon = 1e-9))
  case(paste0("rake-unequal-", k), "rake", "rake(d, margins of 2 to 4 variables)", s2,
       list(margins = lapply(three[names_k], as.list)), report(g)[c("weights", "total_enroll", "mean")], rel = 1e-6)
}
totals <- c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069, enroll = 3811472, meals = 297000)
for (fun in c("linear", "raking")) {
  g <- calibrate(d2, ~stype + api99 + enroll + meals, population = totals, calfun = fun, epsilon = 1e-10, maxit = 500)
  case(paste0("calibrate-six-", fun), "calibrate", sprintf("calibrate(d, ~stype+api99+enroll+meals, pop, calfun='%s')", fun), s2,
       list(calfun = fun, totals = as.list(totals)), report(g), rel = 1e-6)
}

# --- counts -------------------------------------------------------------------------------------------------
for (x in list(c(100000, 99000, 98500, 100400), c(5000, 1, 4000, 12), c(0, 5, 5, 0), c(0, 0, 3, 4), c(30, 0, 0, 1))) {
  m <- matrix(x, 2, byrow = TRUE)
  f <- fisher.test(m)
  values <- list(p_two = f$p.value, p_less = fisher.test(m, alternative = "less")$p.value, p_greater = fisher.test(m, alternative = "greater")$p.value)
  if (all(rowSums(m) > 0, colSums(m) > 0)) {
    plain <- chisq.test(m, correct = FALSE)
    yates <- chisq.test(m)
    values <- c(values, list(or_cmle = f$estimate[[1]], or_lo = f$conf.int[1], or_hi = f$conf.int[2], chisq = plain$statistic[[1]],
                             chisq_p = plain$p.value, yates = yates$statistic[[1]], yates_p = yates$p.value))
  }
  case(paste0("fisher-far-", paste(x, collapse = "-")), "exact", "fisher.test(matrix(x,2,byrow=TRUE)), chisq.test", NULL,
       list(table = I(list(I(m[1, ]), I(m[2, ])))), values, rel = 1e-6)
}
big <- list(rbind(c(8, 3, 0, 5, 2), c(2, 9, 6, 1, 7), c(4, 4, 8, 3, 3)), rbind(c(40, 12, 9), c(22, 31, 17), c(5, 8, 26), c(13, 3, 2)),
            rbind(c(120, 80, 3), c(90, 140, 9)), rbind(c(1, 0, 0, 0, 0, 1), c(0, 2, 0, 3, 0, 0), c(1, 0, 2, 0, 1, 0)))
for (k in seq_along(big)) {
  x <- big[[k]]
  plain <- chisq.test(x, correct = FALSE)
  case(paste0("fisher-larger-", k), "exact", "fisher.test(r x c), chisq.test", NULL, list(table = I(lapply(seq_len(nrow(x)), function(i) I(x[i, ])))),
       list(p = fisher.test(x, workspace = 2e8)$p.value, chisq = plain$statistic[[1]], df = plain$parameter[[1]], chisq_p = plain$p.value), rel = 1e-6)
}
ends <- function(x, n, level) {
  b <- sapply(x, function(k) binom.test(k, n, conf.level = level)$conf.int)
  w <- sapply(x, function(k) prop.test(k, n, conf.level = level, correct = FALSE)$conf.int)
  c <- sapply(x, function(k) prop.test(k, n, conf.level = level, correct = TRUE)$conf.int)
  # R counts the correction where it may only narrow: x = 0 and x = n keep their own end.
  list(x = I(x), cp_lo = I(b[1, ]), cp_hi = I(b[2, ]), wilson_lo = I(w[1, ]), wilson_hi = I(w[2, ]), wilson_cc_lo = I(c[1, ]), wilson_cc_hi = I(c[2, ]))
}
for (of in list(c(7, 0.5), c(13, 0.999), c(100000, 0.95), c(2000, 0.8))) {
  n <- of[1]
  x <- if (n < 50) 0:n else unique(round(c(0, 1, 3, n * c(0.001, 0.02, 0.31, 0.5, 0.9), n - 1, n)))
  case(paste("ends", n, of[2], sep = "-"), "exact", "binom.test(x,n), prop.test(x,n,correct=FALSE/TRUE)", NULL,
       list(n = n, level = of[2], x = I(x)), ends(x, n, of[2]), rel = 1e-7)
}
for (two in list(c(0, 5, 0, 9), c(0, 12, 12, 12), c(300, 1000, 290, 1000), c(1, 100000, 9, 100000))) for (level in c(0.95, 0.8)) {
  plain <- prop.test(two[c(1, 3)], two[c(2, 4)], correct = FALSE, conf.level = level)
  corrected <- prop.test(two[c(1, 3)], two[c(2, 4)], correct = TRUE, conf.level = level)
  if (!is.finite(plain$p.value)) next
  case(paste(c("two", two, level), collapse = "-"), "exact", "prop.test(c(x1,x2), c(n1,n2))", NULL,
       list(x1 = two[1], n1 = two[2], x2 = two[3], n2 = two[4], level = level),
       list(X2 = plain$statistic[[1]], p = plain$p.value, wald_lo = plain$conf.int[1], wald_hi = plain$conf.int[2],
            X2_cc = corrected$statistic[[1]], p_cc = corrected$p.value), rel = 1e-7)
}
for (x in list(list(c(0, 0, 1, 3), c(5, 6, 7, 8)), list(c(10, 20, 30), c(1000, 1000, 1000)), list(c(5, 4, 3, 2, 1, 0, 0), rep(9, 7)))) {
  t <- prop.trend.test(x[[1]], x[[2]])
  case(paste(c("trend", x[[1]]), collapse = "-"), "trend", "prop.trend.test(x, n)", NULL, list(x = I(x[[1]]), n = I(x[[2]])),
       list(statistic = t$statistic[[1]], parameter = t$parameter[[1]], p_value = t$p.value))
}
for (p in list(c(0, 1, 0.5, 0.5, 0), c(1e-300, 1e-12, 0.05, 1), 0.03, (1:40)^2 / 1700))
  case(paste("padjust", length(p), sep = "-"), "padjust", "p.adjust(p, ...)", NULL, list(p = I(p)), setNames(lapply(methods, function(m) I(p.adjust(p, m))), methods))
part <- function(x, n, all, level) {
  K <- x:(all - n + x)
  list(lo = min(K[phyper(x - 1, K, all - K, n, lower.tail = FALSE) > (1 - level) / 2]), hi = max(K[phyper(x, K, all - K, n) > (1 - level) / 2]))
}
for (of in list(c(0, 1, 2), c(1, 1, 7), c(3, 400, 107409), c(880, 897, 1000), c(0, 50, 60), c(12, 30, 31))) for (level in c(0.9, 0.99)) {
  k <- part(of[1], of[2], of[3], level)
  case(paste(c("part", of, level), collapse = "-"), "exact-fpc", "hypergeometric tails inverted: phyper", NULL,
       list(x = of[1], n = of[2], N = of[3], level = level), list(K_lo = k$lo, K_hi = k$hi, p_lo = k$lo / of[3], p_hi = k$hi / of[3]))
}

# --- another routed survey, of seven questions and other classes -----------------------------------------------
set.seed(3)
clinics <- data.frame(beds = sample(c("0", "1-19", "20-99", "100+"), 240, TRUE, c(0.5, 0.3, 0.15, 0.05)),
                      founder = sample(c("city", "private", "red cross"), 240, TRUE, c(0.2, 0.75, 0.05)))
answer <- function(p, asked = rep(TRUE, 240)) ifelse(!asked, 8, ifelse(runif(240) < 0.04, 9, ifelse(runif(240) < p, 1, 2)))
clinics$q1 <- answer(0.7); clinics$q2 <- answer(0.3, clinics$q1 == 1); clinics$q3 <- answer(0.02); clinics$q4 <- answer(0.5, clinics$q2 == 2)
register <- expand.grid(beds = unique(clinics$beds), founder = unique(clinics$founder), stringsAsFactors = FALSE)
register$N <- sample(20:600, nrow(register), TRUE)
write(clinics, "clinics")
write(register, "clinics_pop")
clinics$N <- sum(register$N)
clinics$w0 <- clinics$N / 240
by_beds <- tapply(register$N, register$beds, sum)
clinics$Nbeds <- as.numeric(by_beds[clinics$beds])
for (q in paste0("q", 1:4)) clinics[[paste0(q, "y")]] <- ifelse(clinics[[q]] == 1, 1, ifelse(clinics[[q]] == 2, 0, NA))
s <- spec("clinics", "1", NULL, "w0", "N")
files <- "data/clinics_pop.csv"
d <- svydesign(~1, weights = ~w0, fpc = ~N, data = clinics)
freq <- function(v) { t <- tapply(register$N, register[[v]], sum); setNames(data.frame(names(t), as.numeric(t)), c(v, "Freq")) }
raked <- rake(d, list(~beds, ~founder), list(freq("beds"), freq("founder")), control = list(maxit = 500, epsilon = 1e-9))
post <- postStratify(d, ~beds, freq("beds"))
for (q in paste0("q", 1:4)) {
  y <- reformulate(paste0(q, "y"))
  codes <- clinics[[q]]
  m <- svymean(y, d, na.rm = TRUE, deff = TRUE)
  case(paste0("clinics-", q), "survey", "svymean(~q1y, d, na.rm=TRUE, deff=TRUE); counts", s, list(q = q, base = "asked and answered (code 1 or 2)"),
       list(asked = sum(codes != 8), answered = sum(codes %in% 1:2), yes = sum(codes == 1), no_answer = sum(codes == 9),
            share = coef(m)[[1]], se = SE(m)[[1]], deff = deff(m)[[1]]), data = files)
  for (v in c("beds", "founder")) {
    b <- svyby(y, reformulate(v), d, svymean, na.rm = TRUE)
    levels <- sort(unique(clinics[[v]]), method = "radix")
    count <- function(keep) setNames(as.list(sapply(levels, function(l) sum(clinics[[v]] == l & keep))), levels)
    case(paste("clinics", q, v, sep = "-"), "survey", "svyby(~q1y, ~founder, d, svymean, na.rm=TRUE); counts", s, list(q = q, by = v),
         list(levels = I(levels), asked = count(codes != 8), answered = count(codes %in% 1:2), yes = count(codes == 1),
              share = setNames(as.list(coef(b)[levels]), levels), se = setNames(as.list(unlist(SE(b))[match(levels, b[[v]])]), levels)), data = files)
    table <- table(factor(clinics[[v]], levels), factor(codes, 1:2))
    f <- lapply(levels, function(l) fisher.test(rbind(table[l, ], colSums(table) - table[l, ])))
    p <- sapply(f, function(t) t$p.value)
    case(paste("clinics", q, "rest", v, sep = "-"), "vsrest", "fisher.test per class against the rest; p.adjust", s, list(q = q, by = v),
         list(levels = I(levels), p = I(p), odds_ratio_cmle = I(sapply(f, function(t) t$estimate[[1]])), holm = I(p.adjust(p, "holm")), BH = I(p.adjust(p, "BH"))), rel = 1e-5, data = files)
  }
  m <- svymean(y, post, na.rm = TRUE)
  case(paste0("clinics-post-", q), "survey", "post-stratified by beds to *_pop.csv, then svymean(~q1y)", s, list(q = q, weights = "postStratify beds"),
       list(share = coef(m)[[1]], se = SE(m)[[1]]), data = files)
  m <- svymean(y, raked, na.rm = TRUE)
  case(paste0("clinics-rake-", q), "survey", "raked, svymean(~q1y)", s, list(q = q, weights = "rake beds, founder"), list(share = coef(m)[[1]], se = SE(m)[[1]]), rel = 1e-6, data = files)
  for (method in c("beta", "xlogit", "asin", "mean")) {
    p <- svyciprop(y, raked, method = method, na.rm = TRUE, df = degf(raked))
    case(paste("clinics-ciprop", method, q, sep = "-"), "ciprop", "svyciprop(~q1y, raked, method, na.rm=TRUE)", s, list(q = q, method = method),
         list(estimate = coef(p)[[1]], lo = attr(p, "ci")[[1]], hi = attr(p, "ci")[[2]]), rel = 1e-6, data = files)
  }
  # R stops where nobody of a class was asked.
  b <- tryCatch(svycontrast(svyby(y, ~founder, d, svymean, na.rm = TRUE, covmat = TRUE), rep(1 / 3, 3)), error = function(e) NULL)
  if (!is.null(b)) case(paste0("clinics-macro-", q), "macro", "pooled share and mean of the classes' shares", s, list(q = q, by = "founder"),
       list(pooled = coef(svymean(y, d, na.rm = TRUE))[[1]], macro = coef(b)[[1]], macro_se = SE(b)[[1]]), data = files)
}
h <- svydesign(~1, strata = ~beds, fpc = ~Nbeds, data = clinics)
shares <- setNames(lapply(paste0("q", 1:4), function(q) { m <- svymean(reformulate(paste0(q, "y")), h, na.rm = TRUE); list(share = coef(m)[[1]], se = SE(m)[[1]]) }), paste0("q", 1:4))
case("clinics-strata", "fpc", "svymean of every question, strata=~beds, fpc=~Nbeds", spec("clinics", "1", "beds", NULL, "Nbeds"), list(), c(shares, degf = degf(h)), data = files)

x <- svychisq(~q1y + beds, d); k <- svychisq(~q1y + beds, d, statistic = "Chisq"); r <- svychisq(~q1y + beds, raked)
case("clinics-chisq", "chisq", "svychisq(~q1y+beds, d) F and Chisq, raked too", s, list(),
     list(F = x$statistic[[1]], ndf = x$parameter[[1]], ddf = x$parameter[[2]], p_F = x$p.value[[1]], X2 = k$statistic[[1]], p_Chisq = k$p.value[[1]],
          F_raked = r$statistic[[1]], p_F_raked = r$p.value[[1]]), rel = 1e-6, data = files)
weights_of <- function(g) list(weights = I(weights(g)), sum = sum(weights(g)), min = min(weights(g)), max = max(weights(g)))
case("clinics-weights-post", "poststratify", "weights after post-stratification by beds", s, list(), weights_of(post), data = files)
case("clinics-weights-rake", "rake", "weights after raking to beds, founder", s, list(), weights_of(raked), rel = 1e-6, data = files)
