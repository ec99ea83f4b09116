"""Reference values of the special functions, by mpmath at 400 digits.

    python3 special.py > special.json      (mpmath 1.3, scipy 1.17 for starting points)
"""
import itertools, json
from mpmath import mp, mpf, betainc, gammainc, erfc, sqrt, binomial, findroot, log, exp
mp.dps = 60

def ig(a, x):
    """P and Q by the power series at a precision that outlasts the cancellation."""
    with mp.workdps(400):
        a, x = mpf(a), mpf(x); t = 1/a; tot = t; k = 0
        while True:
            k += 1; t *= x/(a+k); tot += t
            if t < tot*mpf(10)**-(mp.dps): break
        lo = tot*exp(a*log(x)-x-mp.loggamma(a)); return +lo, 1-lo
def s(x): return mp.nstr(x, 20)
out = {"normal": [], "gamma": [], "beta": [], "t": [], "f": [], "hypergeometric": [], "normal_quantile": [], "beta_quantile": [], "t_quantile": [], "chi_square_quantile": []}
for z in ["-38", "-30", "-8.5", "-5", "-1.96", "-0.3", "-1e-9", "0", "0.7", "2.5758", "6", "20", "37.5"]:
    z = mpf(float(z)); out["normal"].append([float(z), s(erfc(-z/sqrt(2))/2), s(erfc(z/sqrt(2))/2)])
for a in [0.01, 0.3, 0.5, 1, 2.5, 10, 15.9, 16.1, 99.5, 1000, 123456.5]:
    for f in [1e-6, 0.01, 0.3, 0.9, 0.99, 1.0, 1.01, 1.3, 2, 5]:
        x = a*f if f != 5 else a*2+40
        lo, up = ig(a, x)
        if min(lo, up) > mpf(10)**-290: out["gamma"].append([a, x, s(lo), s(up)])
def ib(a, b, x):
    a, b, x = mpf(a), mpf(b), mpf(x)
    # direct numerical series: 2F1 form converges for x<=1/2-ish; use symmetry
    y = 1-x
    def low(a, b, x):
        # x^a(1-x)^b/(a B) * sum_{k} (a+b)_k/(a+1)_k x^k
        pre = exp(a*log(x)+b*log(1-x)-log(a)-(mp.loggamma(a)+mp.loggamma(b)-mp.loggamma(a+b)))
        t = mpf(1); tot = mpf(1); k = 0
        while True:
            t *= (a+b+k)/(a+1+k)*x; tot += t; k += 1
            if t < tot*mpf(10)**-390 and k > 10: break
            if k > 400000: raise RuntimeError
        return pre*tot
    if x <= mpf(1)/2: lo = low(a, b, x); return lo, 1-lo
    up = low(b, a, y); return 1-up, up
mp.dps = 400
shapes = [(0.5, 0.5), (0.5, 20), (1, 1), (1, 9), (2.5, 0.3), (3.2, 7.7), (40, 60), (15, 883), (1000, 1000), (386.5, 494.25), (3, 1e6), (1e5, 2e5)]
for a, b in shapes:
    m = a/(a+b); sd = (m*(1-m)/(a+b+1))**.5
    for x in [1e-8, m*0.1, m-6*sd, m-2*sd, m-.3*sd, m, m+.5*sd, m+3*sd, m+10*sd, 1-1e-6]:
        if 0 < x < 1 and (a < 1e4 or abs(x-m) < 12*sd):
            lo, up = ib(a, b, x)
            if min(lo, up) > mpf(10)**-290: out["beta"].append([a, b, x, s(lo), s(up)])
def t_tail(t, df):
    t = mpf(t); df = mpf(df); x = df/(df+t*t)
    lo, up = ib(df/2, mpf(1)/2, x) if t != 0 else (mpf(1), mpf(0))
    return lo/2
for df in [1, 2, 3.7, 14, 39, 199, 8591, 1e6]:
    for t in [0.001, 0.5, 1.96, 4, 12, 35]:
        p = t_tail(t, df)
        if p > mpf(10)**-290: out["t"].append([t, df, s(p)])
for d1, d2 in [(1, 1), (2, 30), (1.7, 25.5), (7, 6272), (3, 16), (12, 1e6)]:
    for v in [1e-5, 0.2, 1, 3.5, 12.8, 90]:
        x = mpf(d1)*mpf(v)/(mpf(d2)+mpf(d1)*mpf(v)); lo, up = ib(mpf(d1)/2, mpf(d2)/2, x)
        if up > mpf(10)**-290: out["f"].append([v, d1, d2, s(lo), s(up)])
for N, K, n in [(40, 12, 8), (2000, 310, 897), (107409, 40000, 897), (107409, 5, 32), (1000, 500, 500), (10000000, 4000000, 20000)]:
    den = binomial(mpf(N), n)
    pm = lambda k: binomial(mpf(K), k)*binomial(mpf(N-K), n-k)/den
    mean = n*K/N; sd = (n*K/N*(1-K/N)*(N-n)/(N-1))**.5
    lo_k, hi_k = max(0, n+K-N), min(n, K)
    for k in sorted({int(max(lo_k, min(hi_k, mean+d*sd))) for d in (-12, -5, -2, -.5, 0, 1, 3, 8)}):
        term = pm(k); low = mpf(0); kk = k
        while kk >= lo_k and (term > 0):
            low += term
            if term < low*mpf(10)**-40: break
            term *= mpf(kk)*(N-K+kk-n)/(mpf(K-kk+1)*(n-kk+1)); kk -= 1
        upp = mpf(0)
        if k < hi_k:
            kk = k+1; term = pm(kk)
            while kk <= hi_k:
                upp += term
                if term < upp*mpf(10)**-40: break
                term *= mpf(K-kk)*(n-kk)/(mpf(kk+1)*(N-K+kk+1-n)); kk += 1
        if min(low, max(upp, mpf(10)**-200)) > mpf(10)**-290: out["hypergeometric"].append([N, K, n, k, s(pm(k)), s(low), s(upp)])
mp.dps = 50
from mpmath import erfinv
for p in [1e-300, 1e-100, 1e-16, 1e-5, 0.025, 0.2, 0.2500001, 0.4, 0.49999999, 0.5, 0.75, 0.975, 0.9999]:
    z = mpf(0) if p == 0.5 else findroot(lambda z: log(erfc(-z/sqrt(2))/2)-log(mpf(p)), -mp.sqrt(-2*log(mpf(p))) if p < .2 else (p-.5)*2.5)
    out["normal_quantile"].append([p, s(z)])
import scipy.stats as st
for a, b in [(0.5, 0.5), (1, 10), (15, 883), (386.5, 494.25), (3, 1e6), (1000, 1000), (0.2, 7)]:
    for p in [1e-10, 0.005, 0.025, 0.5, 0.975, 0.995]:
        x0 = mpf(float(st.beta.ppf(p, a, b)))
        for _ in range(4):
            lo, up = ib(a, b, x0)
            dens = exp((mpf(a)-1)*log(x0)+(mpf(b)-1)*log(1-x0)-(mp.loggamma(mpf(a))+mp.loggamma(mpf(b))-mp.loggamma(mpf(a)+mpf(b))))
            x0 -= (lo-mpf(p))/dens
        out["beta_quantile"].append([p, a, b, s(x0)])
for df in [1, 2, 3.7, 14, 199, 8591, 1e6]:
    for p in [1e-12, 0.0005, 0.025, 0.3, 0.499]:
        t0 = -mpf(float(st.t.ppf(p, df)))
        h = mpf(10)**-20
        for _ in range(4):
            fx = t_tail(t0, df)-mpf(p); d = (t_tail(t0+h, df)-t_tail(t0-h, df))/(2*h); t0 -= fx/d
        out["t_quantile"].append([p, df, s(-t0)])
for df in [0.5, 1, 4, 7, 50, 1000]:
    for p in [1e-8, 0.05, 0.5, 0.95, 0.9999]:
        x0 = mpf(float(st.chi2.ppf(p, df)))
        for _ in range(4):
            lo, up = ig(mpf(df)/2, x0/2)
            dens = exp((mpf(df)/2-1)*log(x0)-x0/2-mpf(df)/2*log(mpf(2))-mp.loggamma(mpf(df)/2))
            x0 -= (lo-mpf(p))/dens
        out["chi_square_quantile"].append([p, df, s(x0)])
print("{")
print(",\n".join(f'"{k}": [\n' + ",\n".join("  " + json.dumps(r) for r in v) + "\n]" for k, v in out.items()))
print("}")
