# How often three intervals of the R-indicator hold the truth; the third is the one that monshin prints.
sim <- function(n, p, B=20000){
 N<-sum(n); rate<-sum(n*p)/N; S<-sqrt(sum(n*(p-rate)^2)/(N-1)); z<-1.96
 c1<-c2<-c3<-0
 r<-matrix(rbinom(B*length(n), n, p), nrow=length(n)); ph<-r/n; w<-n/N
 for(b in 1:B){ q<-ph[,b]; rb<-sum(w*q); s2<-sum(n*(q-rb)^2)/(N-1); v<-q*(1-q)/n; bias<-sum(q*(1-q))/N
  a<-max(0,s2-bias); V<-sum((2*w*(q-rb))^2*v)+2*(sum((w*(1-w)*v)^2)-sum((w*w*v)^2)+sum(w*w*v)^2)
  # bias-adjusted slope: use adjusted share
  lo<-sqrt(max(0,a-z*sqrt(V))); hi<-sqrt(a+z*sqrt(V)); c1<-c1+(lo<=S&S<=hi)
  se<-sqrt(V)/(2*sqrt(s2)); s<-sqrt(a); c2<-c2+(max(0,s-z*se)<=S & S<=s+z*se)
  # scale interval of raw S then remove bias
  l<-max(0,sqrt(s2)-z*sqrt(V)/(2*sqrt(s2))); h<-sqrt(s2)+z*sqrt(V)/(2*sqrt(s2))
  lo<-sqrt(max(0,l^2-bias)); hi<-sqrt(max(0,h^2-bias)); c3<-c3+(lo<=S&S<=hi)}
 c(s2scale=c1,sscale=c2,raw=c3)/B }
set.seed(1)
print(sim(c(200,300,100),c(.1,.2,.4)))
print(sim(c(200,300,100),c(.18,.2,.24)))
print(sim(c(200,300,100),c(.2,.2,.2)))
print(sim(c(2000,3000,1000),c(.01,.02,.04)))
print(sim(c(127,280,357,436),c(.47,.28,.17,.13)))
print(sim(rep(60,12),rep(c(.1,.3,.5),4)))
