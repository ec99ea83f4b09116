"""Reference values of the special functions over their whole range, by mpmath at 60 digits.

    python3 special_wide.py > special_wide.json      (mpmath 1.3, scipy 1.17 for starting points)

Tails from 1e-300 on either side, shape parameters 1e-3 to 1e6, degrees of freedom 0.5 to 1e8. Starting
points come from scipy, rounded to a double; the values at them from continued fractions and series here.
Quantiles: a point x with its tail rounded to a double p, moved by one Newton step to where the tail is p.
"""
import json
import warnings
import scipy.stats as st
from mpmath import mp, mpf, erfc, exp, log, loggamma, sqrt, pi

warnings.filterwarnings("ignore")
mp.dps = 60
TINY = mpf(10) ** -58
TAILS = [1e-300, 1e-150, 1e-50, 1e-16, 1e-8, 0.001, 0.025, 0.2, 0.5]
out = {}


def text(x):
    return mp.nstr(x, 20)


def fraction(first, terms):
    """A continued fraction b0 + a1/(b1 + a2/(b2 + ...)) by Lentz."""
    value = first if first != 0 else TINY ** 3
    c, d = value, mpf(0)
    for a, b in terms:
        d = b + a * d
        d = 1 / (d if d != 0 else TINY ** 3)
        c = b + a / c
        value *= c * d
        if abs(c * d - 1) < TINY:
            return value


def beta(a, b, x, y):
    """Both tails of the incomplete beta; y = 1 - x to full precision."""
    def one(a, b, x, y):
        def terms():
            m = 0
            yield mpf(1), mpf(1)
            while True:
                m += 1
                k = m // 2
                if m % 2:
                    yield -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)), mpf(1)
                else:
                    yield k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)), mpf(1)
        front = a * log(x) + b * log(y) - log(a) - (loggamma(a) + loggamma(b) - loggamma(a + b))
        return exp(front) * fraction(mpf(0), terms())
    a, b, x, y = mpf(a), mpf(b), mpf(x), mpf(y)
    if x < (a + 1) / (a + b + 2):
        low = one(a, b, x, y)
        return low, 1 - low
    up = one(b, a, y, x)
    return 1 - up, up


def gamma(a, x):
    a, x = mpf(a), mpf(x)
    front = exp(a * log(x) - x - loggamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = 0
        while term > total * TINY:
            k += 1
            term *= x / (a + k)
            total += term
        return front * total, 1 - front * total

    def terms():
        yield mpf(1), x + 1 - a
        k = 0
        while True:
            k += 1
            yield -k * (k - a), x + 2 * k + 1 - a
    up = front * fraction(mpf(0), terms())
    return 1 - up, up


def usable(low, up):
    return min(low, up) > mpf(10) ** -305


def points(dist):
    """Doubles at which either tail is about as wanted."""
    found = {float(dist.ppf(p)) for p in TAILS} | {float(dist.isf(p)) for p in TAILS}
    return sorted(x for x in found if x == x and abs(x) != float("inf"))


def quantile(row, x, low, up, density):
    """(arguments, which tail, p, x at which that tail is p): the smaller tail names the point."""
    upper = up < low
    p = float(up if upper else low)
    moved = x + ((up - mpf(p)) if upper else -(low - mpf(p))) / density
    return row + [int(upper), p, text(moved)]


def everything():
    out["normal"], out["normal_quantile"] = [], []
    for z in points(st.norm) + [0.1, -0.1, 1e-12, -37.0, 37.0]:
        m = mpf(z)
        low, up = erfc(-m / sqrt(2)) / 2, erfc(m / sqrt(2)) / 2
        out["normal"].append([z, text(low), text(up)])
        out["normal_quantile"].append(quantile([], m, low, up, exp(-m * m / 2) / sqrt(2 * pi)))
    out["gamma"], out["chi_square_quantile"] = [], []
    for a in [1e-3, 0.02, 0.25, 0.5, 1.0, 3.7, 15.5, 50.0, 400.0, 1e4, 1e6]:
        for x in points(st.gamma(a)):
            if x <= 0:
                continue
            low, up = gamma(a, x)
            if usable(low, up):
                out["gamma"].append([a, x, text(low), text(up)])
                m = mpf(x)
                density = exp((mpf(a) - 1) * log(m) - m - loggamma(mpf(a))) / 2
                out["chi_square_quantile"].append(quantile([2 * a], 2 * m, low, up, density))
    out["beta"], out["beta_quantile"] = [], []
    shapes = [1e-3, 0.05, 0.5, 1.0, 2.5, 30.0, 883.0, 1e4, 1e6]
    for a in shapes:
        for b in shapes:
            for x in points(st.beta(a, b))[::2]:
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
    for df in [0.5, 1.0, 1.5, 2.0, 3.0, 7.3, 30.0, 896.0, 1e5, 1e8]:
        for t in points(st.t(df)):
            if abs(t) > 1e150:
                continue
            m, d = mpf(t), mpf(df)
            x = d / (d + m * m)
            tail = beta(d / 2, mpf(1) / 2, x, 1 - x)[0] / 2 if t != 0 else mpf(1) / 2
            low, up = (tail, 1 - tail) if t < 0 else (1 - tail, tail)
            if usable(low, up):
                out["t"].append([t, df, text(low), text(up)])
                density = exp(loggamma((d + 1) / 2) - loggamma(d / 2) - (d + 1) / 2 * log(1 + m * m / d)) / sqrt(pi * d)
                out["t_quantile"].append(quantile([df], m, low, up, density))
    out["f"] = []
    for d1 in [0.5, 1.0, 3.0, 12.5, 1e3, 1e8]:
        for d2 in [0.5, 2.0, 25.5, 896.0, 1e8]:
            for v in points(st.f(d1, d2))[::2]:
                if not 0 < v < 1e150:
                    continue
                a, b, m = mpf(d1) / 2, mpf(d2) / 2, mpf(v)
                x = d1 * m / (d2 + d1 * m)
                low, up = beta(a, b, x, 1 - x)
                if usable(low, up):
                    out["f"].append([v, d1, d2, text(low), text(up)])


def write(out):
    # Every number as a text: not every reader of JSON gives back the double that was written.
    out = {k: [[v if isinstance(v, str) else repr(v) for v in row] for row in rows] for k, rows in out.items()}
    print("{")
    print(",\n".join(f'"{k}": [\n' + ",\n".join("  " + json.dumps(r) for r in v) + "\n]" for k, v in out.items()))
    print("}")


if __name__ == "__main__":
    everything()
    write(out)
