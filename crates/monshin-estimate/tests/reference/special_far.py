"""Reference values of the special functions at the ends of what surveys could ask, by mpmath at 60 digits.

    python3 special_far.py > special_far.json      (mpmath 1.3, scipy 1.17 for starting points)

Beyond special_wide.py: shapes of 1e7 to 1e10 beside those of 1e-3 to 1e8, degrees of freedom of 0.1 and
from 1e6 to 1e9, hypergeometric draws from up to 1e9, each with tails down to 1e-300.
"""
import scipy.stats as st
from mpmath import mp, mpf, exp, log, loggamma, sqrt, pi
from special_wide import beta, gamma, points, quantile, text, usable, write

out = {}


def everything():
    out["gamma"], out["chi_square_quantile"] = [], []
    for a in [1e-8, 0.05, 5e5, 5e6, 1e7, 1e8, 1e10]:
        for x in points(st.gamma(a))[::1 if a < 1e10 else 7]:
            if x <= 0:
                continue
            low, up = gamma(a, x)
            if usable(low, up):
                out["gamma"].append([a, x, text(low), text(up)])
                m = mpf(x)
                density = exp((mpf(a) - 1) * log(m) - m - loggamma(mpf(a))) / 2
                out["chi_square_quantile"].append(quantile([2 * a], 2 * m, low, up, density))
    out["beta"], out["beta_quantile"] = [], []
    shapes = [1e-3, 0.1, 0.5, 1.0, 7.5, 300.0, 1e5, 1e7, 1e8, 2e9]
    for a in shapes:
        for b in shapes:
            if max(a, b) < 1e7 or (max(a, b) > 1e8 and min(a, b) < 1e9 and min(a, b) != 7.5):
                continue
            for x in points(st.beta(a, b))[::3 if min(a, b) < 1e9 else 8]:
                if not 0 < x < 1:
                    continue
                m = mpf(x)
                low, up = beta(a, b, m, 1 - m)
                if not usable(low, up):
                    continue
                out["beta"].append([a, b, x, text(low), text(up)])
                norm = loggamma(mpf(a)) + loggamma(mpf(b)) - loggamma(mpf(a) + mpf(b))
                density = exp((mpf(a) - 1) * log(m) + (mpf(b) - 1) * log(1 - m) - norm)
                out["beta_quantile"].append(quantile([a, b], m, low, up, density))
    out["t"], out["t_quantile"] = [], []
    for df in [0.1, 0.25, 1e6, 1e7, 1e9]:
        for t in points(st.t(df)):
            if abs(t) > 1e150:
                continue
            m, d = mpf(t), mpf(df)
            tail = beta(d / 2, mpf(1) / 2, d / (d + m * m), m * m / (d + m * m))[0] / 2 if t != 0 else mpf(1) / 2
            low, up = (tail, 1 - tail) if t < 0 else (1 - tail, tail)
            if usable(low, up):
                out["t"].append([t, df, text(low), text(up)])
                density = exp(loggamma((d + 1) / 2) - loggamma(d / 2) - (d + 1) / 2 * log(1 + m * m / d)) / sqrt(pi * d)
                out["t_quantile"].append(quantile([df], m, low, up, density))
    out["f"] = []
    for d1 in [0.1, 1.0, 40.0, 1e5, 1e7]:
        for d2 in [0.1, 3.0, 1e3, 1e7]:
            if (d1, d2) != (0.1, 0.1) and not (d1 in (0.1, 1e7) or d2 in (0.1, 1e7)):
                continue
            for v in points(st.f(d1, d2))[::2]:
                if not 0 < v < 1e150:
                    continue
                a, b, m = mpf(d1) / 2, mpf(d2) / 2, mpf(v)
                low, up = beta(a, b, d1 * m / (d2 + d1 * m), d2 / (d2 + d1 * m))
                if usable(low, up):
                    out["f"].append([v, d1, d2, text(low), text(up)])
    out["hypergeometric"] = []
    for population in [7, 60, 1000, 107409, 10**6, 10**9]:
        for marked in {1, population // 300, population // 3, population * 9 // 10, population - 1}:
            for drawn in {1, population // 100, population // 2, population - 1}:
                if marked and drawn:
                    hypergeometric(population, marked, drawn)


def choose(n, k):
    return loggamma(mpf(n + 1)) - loggamma(mpf(k + 1)) - loggamma(mpf(n - k + 1))


def hypergeometric(population, marked, drawn):
    least, most = max(0, marked + drawn - population), min(marked, drawn)
    mean = drawn * marked / population
    sd = (mean * (1 - marked / population) * (population - drawn) / max(population - 1, 1)) ** 0.5
    wanted = {int(mean + k * sd) for k in (-36, -20, -8, -3, -1, 0, 1, 3, 8, 20, 36)} | {least, most}
    for x in sorted(x for x in wanted if least <= x <= most):
        mass = exp(choose(marked, x) + choose(population - marked, drawn - x) - choose(population, drawn))
        low, up = outwards(population, marked, drawn, x, mass, least, most)
        if mass > mpf(10) ** -300:
            out["hypergeometric"].append([population, marked, drawn, x, text(mass), text(low), text(up)])


def outwards(population, marked, drawn, x, mass, least, most):
    """P(X <= x) and P(X > x): the tail away from the mean summed, the other its complement."""
    up_from = lambda k: mpf((marked - k) * (drawn - k)) / ((k + 1) * (population - marked - drawn + k + 1))
    down_from = lambda k: mpf(k * (population - marked - drawn + k)) / ((marked - k + 1) * (drawn - k + 1))
    end = mpf(10) ** -40
    if x * population < drawn * marked:
        term = total = mass
        for k in range(x, least, -1):
            term *= down_from(k)
            total += term
            if term < total * end:
                break
        return total, 1 - total
    term, total = mass, mpf(0)
    for k in range(x, most):
        term *= up_from(k)
        total += term
        if term < total * end:
            break
    return 1 - total, total


if __name__ == "__main__":
    mp.dps = 60
    everything()
    write(out)
