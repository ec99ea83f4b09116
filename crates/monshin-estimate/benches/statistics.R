# The same work in R's survey package, for the same run: cargo xtask bench statistics --json.
#
# Rscript statistics.R [quick]
# One JSON object a line: name as in statistics.rs, median seconds and CPU seconds of the runs. The data are
# made up here in the same shape; "quick" leaves out what takes longer than half a minute.

suppressMessages(library(survey))
quick <- "quick" %in% commandArgs(TRUE)
questions <- 8

made_up <- function(n) {
  set.seed(n)
  answers <- sapply(seq_len(questions), function(q) as.numeric(runif(n) < 0.1 * q))
  colnames(answers) <- paste0("q", seq_len(questions))
  classes <- data.frame(beds = factor(sample(8, n, TRUE)), founder = factor(sample(13, n, TRUE)))
  cbind(as.data.frame(answers), classes, weight = 20 + as.numeric(classes$beds))
}

measured <- function(name, runs, work) {
  taken <- replicate(runs, {
    gc(FALSE)
    time <- system.time(work())
    c(time[["elapsed"]], time[["user.self"]] + time[["sys.self"]])
  })
  cat(sprintf('{"name": "%s", "median_s": %.4f, "cpu_s": %.4f, "runs": %d}\n',
              name, median(taken[1, ]), median(taken[2, ]), runs))
}

each_table <- function(design, interval) {
  for (q in paste0("q", seq_len(questions))) {
    share <- reformulate(q)
    # A class that a replicate left empty stops svyby; the time until then counts.
    try(if (interval) confint(svymean(share, design), df = degf(design)) else svymean(share, design), silent = TRUE)
    for (class in list(~beds, ~founder)) {
      try({
        by <- svyby(share, class, design, svymean)
        if (interval) confint(by, df = degf(design))
      }, silent = TRUE)
    }
  }
}

weighted <- function(n) svydesign(ids = ~1, weights = ~weight, data = made_up(n))

survey_897 <- weighted(897)
measured("tables_weighted_897", 5, function() each_table(survey_897, TRUE))

bootstrap <- function(design) {
  each_table(as.svrepdesign(design, type = "subbootstrap", replicates = 500), FALSE)
}
measured("bootstrap_500_tables_together/897", if (quick) 1 else 3, function() bootstrap(survey_897))
if (!quick) measured("bootstrap_500_tables_together/10000", 1, function() bootstrap(weighted(10000)))

raking <- function(n) {
  set.seed(n)
  sizes <- c(8, 13, 47, 6, 3)
  data <- as.data.frame(lapply(sizes, function(k) factor(sample(k, n, TRUE), levels = seq_len(k))))
  names(data) <- paste0("m", seq_along(sizes))
  margins <- lapply(names(data), function(m) {
    total <- as.numeric(table(data[[m]])) * runif(nlevels(data[[m]]), 0.6, 1.4)
    setNames(data.frame(levels(data[[m]]), total * n / sum(total)), c(m, "Freq"))
  })
  design <- svydesign(ids = ~1, weights = rep(1, n), data = data)
  function() rake(design, lapply(names(data), reformulate), margins, control = list(maxit = 1000, epsilon = 1e-4 * n))
}
measured("raking_five_margins/100000", if (quick) 1 else 3, raking(100000))
if (!quick) measured("raking_five_margins/1000000", 1, raking(1000000))
