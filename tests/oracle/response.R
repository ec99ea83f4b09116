# R's own figures for crates/monshin-estimate/src/response (R-indicators and the comparison with the
# frame), from rows: glm, the spread of its fitted values, and what chance adds to it from vcov(fit).
cells <- data.frame(a = c(0, 0, 1, 1), b = c(0, 1, 0, 1), n = c(400, 200, 300, 100), r = c(40, 50, 60, 45))
rows <- do.call(rbind, lapply(seq_len(nrow(cells)), function(i) with(cells[i, ],
  data.frame(a = factor(a), b = factor(b), y = rep(c(1, 0), c(r, n - r))))))
N <- nrow(rows)
spread <- function(fit) sum((fitted(fit) - mean(rows$y))^2) / (N - 1)
chance <- function(fit) {
  z <- (fitted(fit) * (1 - fitted(fit))) * model.matrix(fit)
  sum(rowSums((z %*% vcov(fit)) * z)) / N
}
control <- glm.control(epsilon = 1e-14, maxit = 100)
full <- glm(y ~ a * b, binomial, rows, control = control)
only_a <- glm(y ~ a, binomial, rows, control = control)
only_b <- glm(y ~ b, binomial, rows, control = control)
s2 <- max(0, spread(full) - chance(full))
within <- sum((fitted(full) - fitted(only_b))^2) / (N - 1) - (chance(full) - chance(only_b))
p <- mean(rows$y)
options(digits = 16)
print(c(unadjusted = 1 - 2 * sqrt(spread(full)), adjusted = 1 - 2 * sqrt(s2), cv = sqrt(s2) / p,
  partial = sqrt(spread(only_a) - chance(only_a)), conditional = sqrt(within),
  class = sqrt(600 / N) * (90 / 600 - p)))
test <- chisq.test(rbind(c(40, 60, 50), c(360, 240, 150)), correct = FALSE)
print(c(test$statistic, p = test$p.value))
print(test$stdres[1, ])
