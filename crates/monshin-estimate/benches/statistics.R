# The same work in R's survey package, for the same run: cargo xtask bench statistics --json.
#
# Rscript statistics.R FOLDER [quick]
# One JSON object a line: name as in statistics.rs, median seconds and CPU seconds of the runs. FOLDER holds
# the data of that bench, which xtask writes; "quick" leaves out what takes longer than half a minute.

suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
quick <- "quick" %in% commandArgs(TRUE)
questions <- 8

answers <- function(n) {
  data <- read.csv(file.path(folder, sprintf("survey-%d.csv", n)))
  data$beds <- factor(data$beds)
  data$founder <- factor(data$founder)
  data
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

survey_897 <- svydesign(ids = ~1, weights = ~weight, data = answers(897))
equal <- function(n) svydesign(ids = ~1, weights = ~1, data = answers(n))
measured("tables_weighted_897", 5, function() each_table(survey_897, TRUE))

bootstrap <- function(design) {
  each_table(as.svrepdesign(design, type = "subbootstrap", replicates = 500), FALSE)
}
measured("bootstrap_500_tables_together/897", if (quick) 1 else 3, function() bootstrap(equal(897)))
if (!quick) measured("bootstrap_500_tables_together/10000", 1, function() bootstrap(equal(10000)))

raking <- function(n) {
  data <- read.csv(file.path(folder, sprintf("margins-%d.csv", n)))
  totals <- read.csv(file.path(folder, sprintf("totals-%d.csv", n)))
  margins <- lapply(names(data), function(m) {
    of <- totals[totals$margin == m, ]
    setNames(data.frame(factor(of$level), of$total), c(m, "Freq"))
  })
  data[] <- lapply(data, factor)
  design <- svydesign(ids = ~1, weights = rep(1, n), data = data)
  function() rake(design, lapply(names(data), reformulate), margins, control = list(maxit = 1000, epsilon = 1e-4 * n))
}
measured("raking_five_margins/100000", if (quick) 1 else 3, raking(100000))
if (!quick) measured("raking_five_margins/1000000", 1, raking(1e6))
