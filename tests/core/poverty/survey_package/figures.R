# The figures of the households by R's survey package, written to figures.csv: one row a design, domain and measure.
# Rscript figures.R, with r-base-core and r-cran-survey.
suppressMessages(library(survey))
points <- c(schooling = 1/6, years = 1/3, water = 1/3, light = 1/6)
judged <- function(file) {
  rows <- read.csv(file, stringsAsFactors = FALSE)
  rows$score <- as.vector(as.matrix(rows[names(points)]) %*% (points * 6)) / 6
  rows$poor <- as.integer(round(rows$score * 6) >= 2)
  rows$load <- rows$poor * rows$score
  rows$wp <- rows$weight * rows$people
  for (name in names(points)) rows[[paste0("c_", name)]] <- rows$poor * rows[[name]]
  rows
}
all <- judged("households.csv")

several <- subset(all, stratum != "s7")
designs <- list(
  stratified = svydesign(ids = ~household, strata = ~stratum, weights = ~weight, data = several),
  clustered = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = several),
  finite = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, fpc = ~population_psus, data = several),
  lonely_centred = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = all),
  lonely_certain = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = all),
  lonely_scaled = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = all)
)
lonely <- c(lonely_centred = "adjust", lonely_certain = "certainty", lonely_scaled = "average")
out <- list()
keep <- function(...) out[[length(out) + 1]] <<- data.frame(..., stringsAsFactors = FALSE)

for (design in names(designs)) {
  options(survey.lonely.psu = if (design %in% names(lonely)) lonely[[design]] else "fail", digits = 17)
  whole <- designs[[design]]
  degrees <- degf(whole)
  domains <- list(all = whole, rural = subset(whole, area == "rural"), p2 = subset(whole, place == "p2"))
  for (domain in names(domains)) {
    # Averages over strata are taken over those that a subset still holds there: only the whole is comparable.
    if (design == "lonely_scaled" && domain != "all") next
    d <- domains[[domain]]
    d <- update(d, pp = poor * people, lp = load * people)
    ratio <- function(measure, top, bottom) {
      r <- svyratio(top, bottom, d)
      keep(design = design, domain = domain, measure = measure, value = coef(r)[[1]], error = SE(r)[[1]], low = NA, high = NA, effect = NA)
    }
    ratio("intensity", ~lp, ~pp)
    ratio("adjusted_headcount", ~lp, ~people)
    for (name in names(points)) {
      d[["variables"]]$cp <- d$variables[[paste0("c_", name)]] * d$variables$people
      d[["variables"]]$up <- d$variables[[name]] * d$variables$people
      d[["variables"]]$part <- points[[name]] * d$variables$cp
      ratio(paste0("headcount_", name), ~up, ~people)
      ratio(paste0("censored_headcount_", name), ~cp, ~people)
      ratio(paste0("contribution_", name), ~part, ~lp)
    }
    total <- svytotal(~pp, d)
    keep(design = design, domain = domain, measure = "poor_people", value = coef(total)[[1]], error = SE(total)[[1]],
         low = confint(total, df = degrees)[1], high = confint(total, df = degrees)[2], effect = NA)
    ratio("headcount_ratio", ~pp, ~people)
  }
  # Intervals of a share and its design effect: each household counts as its weight times its people.
  heads <- if (design == "stratified") svydesign(ids = ~household, strata = ~stratum, weights = ~wp, data = several) else
    if (design == "clustered") svydesign(ids = ~psu, strata = ~stratum, weights = ~wp, data = several) else
    if (design == "finite") svydesign(ids = ~psu, strata = ~stratum, weights = ~wp, fpc = ~population_psus, data = several) else NULL
  if (!is.null(heads)) {
    share <- svymean(~poor, heads, deff = "replace")
    bounds <- confint(svyciprop(~poor, heads, method = "logit", df = degrees))
    keep(design = design, domain = "all", measure = "headcount_ratio by people", value = coef(share)[[1]], error = SE(share)[[1]],
         low = bounds[1], high = bounds[2], effect = as.vector(deff(share)))
    depth <- svymean(~load, heads, deff = "replace")
    keep(design = design, domain = "all", measure = "adjusted_headcount by people", value = coef(depth)[[1]], error = SE(depth)[[1]],
         low = NA, high = NA, effect = as.vector(deff(depth)))
  }
}

# Parts of the whole that live in one domain.
options(survey.lonely.psu = "adjust")
d <- update(designs$lonely_centred, rp = people * (area == "rural"), rl = load * people * (area == "rural"), lp = load * people)
for (one in list(list("population_share", ~rp, ~people), list("poverty_share", ~rl, ~lp))) {
  r <- svyratio(one[[2]], one[[3]], d)
  keep(design = "lonely_centred parts", domain = "rural", measure = one[[1]], value = coef(r)[[1]], error = SE(r)[[1]], low = NA, high = NA, effect = NA)
}

# Change between two rounds, of units seen twice and of rounds drawn apart.
after <- judged("later.csv")
all$round <- 1; after$round <- 2
both <- rbind(all, after[names(all)])
both <- subset(both, stratum != "s7")
both$lp <- both$load * both$people
both$apart <- paste(both$round, both$stratum); both$unit <- paste(both$round, both$psu)
rounds <- list(shared = svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = both),
               apart = svydesign(ids = ~unit, strata = ~apart, weights = ~weight, data = both))
for (name in names(rounds)) for (domain in c("all", "rural")) {
  d <- if (domain == "all") rounds[[name]] else subset(rounds[[name]], area == "rural")
  two <- svyby(~lp, by = ~round, denominator = ~people, design = d, FUN = svyratio, covmat = TRUE)
  names(two)[2] <- "value"
  found <- structure(coef(two), names = c("a", "b"), var = structure(vcov(two), dimnames = list(c("a", "b"), c("a", "b"))), statistic = "ratio", class = "svystat")
  years <- as.numeric(as.Date("2024-09-01") - as.Date("2014-09-01")) / 365.2425
  ways <- list(absolute = quote(b - a), relative = quote(b / a - 1), annual = bquote((b / a)^(1 / .(years)) - 1))
  for (way in names(ways)) {
    r <- svycontrast(found, ways[[way]])
    keep(design = paste("change", name), domain = domain, measure = way, value = coef(r)[[1]], error = SE(r)[[1]], low = NA, high = NA, effect = NA)
  }
}
write.csv(format(do.call(rbind, out), digits = 17), "figures.csv", row.names = FALSE, quote = FALSE)
