# Two waves that some institutions answered both of: what `monshin compare` has to print where it pairs them.
#
#   cd tests/waves && Rscript make.R
#
# Made with R 4.2.2 and survey 4.1-1 (Debian 12) on 2026-11-28. Writes first.csv, second.csv and expected.csv. The
# waves are stacked with the institution as the sampling unit; each change is
#   svycontrast(svyby(~y, ~wave, svydesign(ids = ~id, weights = ~1), svymean, covmat = TRUE), c(-1, 1))
# with t on (institutions - 1) degrees of freedom. `staff` and `plan` have one answer each, `device.*` up to three
# entries. `same` repeats `staff` and `plan` among the institutions that answered both, by t.test(paired = TRUE).
# Compared by tests/tests/waves.rs.

suppressMessages(library(survey))
options(digits = 17)
set.seed(20261128)

ids <- sprintf("h%03d", 1:120)
trait <- rnorm(120)
draw <- function(rows, shift) {
  n <- length(rows)
  one <- data.frame(id = ids[rows])
  one$plan <- ifelse(trait[rows] + rnorm(n) + shift > 0.4, "yes", "no")
  one$staff <- round(pmax(0, 12 + 6 * trait[rows] + rnorm(n, sd = 3) + 2 * shift), 1)
  one$plan[runif(n) < 0.05] <- ""
  one$staff[runif(n) < 0.05] <- NA
  entries <- sample(0:3, n, replace = TRUE)
  for (entry in 1:3) {
    there <- entries >= entry
    one[[paste0("device.", entry, ".patched")]] <- ifelse(there, ifelse(trait[rows] + rnorm(n) + shift > 0, "yes", "no"), "")
    one[[paste0("device.", entry, ".age")]] <- ifelse(there, round(pmax(0, 5 - trait[rows] + rnorm(n) - shift), 1), NA)
  }
  one
}
first <- draw(1:95, 0)
second <- draw(26:120, 0.5) # 70 institutions answer both
# What was asked and left blank is no_answer; a second or third device that is not there is empty.
written <- function(wave, file) {
  for (column in c("plan", "staff", "device.1.patched", "device.1.age")) {
    left <- is.na(wave[[column]]) | wave[[column]] == ""
    wave[[column]] <- ifelse(left, "no_answer", wave[[column]])
  }
  write.csv(wave, file, row.names = FALSE, na = "", quote = FALSE)
}
written(first, "first.csv")
written(second, "second.csv")

long <- function(wave, columns) {
  rows <- lapply(columns, function(column) data.frame(id = wave$id, y = wave[[column]]))
  all <- do.call(rbind, rows)
  all[!is.na(all$y) & all$y != "", ]
}
stacked <- function(columns) {
  both <- rbind(cbind(long(first, columns), wave = 1), cbind(long(second, columns), wave = 2))
  if (is.character(both$y)) both$y <- as.numeric(both$y == "yes")
  both
}
both_answered <- function(d) length(intersect(d$id[d$wave == 1], d$id[d$wave == 2]))
change <- function(name, columns) {
  d <- stacked(columns)
  design <- svydesign(ids = ~id, weights = ~1, data = transform(d, wave = factor(wave)))
  found <- svycontrast(svyby(~y, ~wave, design, svymean, covmat = TRUE), c(-1, 1))
  df <- length(unique(d$id)) - 1
  value <- coef(found)[[1]]
  se <- SE(found)[[1]]
  half <- qt(0.975, df) * se
  data.frame(what = name, both = both_answered(d), value = value, se = se, low = value - half, high = value + half, p = 2 * pt(-abs(value / se), df))
}
entries <- function(what) paste0("device.", 1:3, ".", what)
expected <- rbind(
  change("plan", "plan"), change("staff", "staff"),
  change("device.patched", entries("patched")), change("device.age", entries("age"))
)
# One answer each, of the same institutions in both waves: the paired t test.
paired <- function(name) {
  d <- stacked(name)
  m <- merge(d[d$wave == 1, ], d[d$wave == 2, ], by = "id")
  test <- t.test(m$y.y, m$y.x, paired = TRUE)
  data.frame(what = paste0("same:", name), both = nrow(m), value = test$estimate[[1]], se = test$stderr, low = test$conf.int[1], high = test$conf.int[2], p = test$p.value)
}
correlation <- function(name) {
  d <- stacked(name)
  m <- merge(d[d$wave == 1, ], d[d$wave == 2, ], by = "id")
  cor(m$y.x, m$y.y)
}
expected <- rbind(expected, paired("plan"), paired("staff"))
expected$correlation <- c(correlation("plan"), correlation("staff"), NA, NA, correlation("plan"), correlation("staff"))
shown <- expected
for (column in names(shown)[-(1:2)]) shown[[column]] <- ifelse(is.na(expected[[column]]), "", sprintf("%.15g", expected[[column]]))
write.csv(shown, "expected.csv", row.names = FALSE, quote = FALSE)
