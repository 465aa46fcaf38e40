loans-nav = Tablets
loans-title = Tablet loans
search-kind-loans = Tablet loans
loans-about-lead = For pupils who have no equipment at home.
loans-about-who = Who may borrow?
loans-about-who-text = Pupils of schools that have joined the digital textbook scheme, at these levels:
loans-about-how = How does it work?
loans-about-how-text = The pupil or the family asks the school, which lends a tablet from its own stock. If the stock runs short, the school asks the Region for more.
loans-about-otherwise = What if the school has not joined the scheme?
loans-about-otherwise-text = The school’s social fund may help the family, and the textbooks exist on paper.
loans-desks = Your schools
loans-not-joined = This school has not joined the digital textbook scheme: it lends no tablets. The social fund and paper textbooks remain.
loans-stock = Stock and loans
loans-stock-count = { $count ->
    [0] No tablet registered
    [one] One tablet registered
   *[other] { $count } tablets registered
  }, { $free ->
    [0] none available
    [one] one available
   *[other] { $free } available
  }
loans-stock-none = The stock is empty: register the first tablet.
loans-label = Label
loans-label-new = Label of the new tablet
loans-label-help = What is written on its back, such as: CDI 07.
loans-label-taken = A tablet of this school has this label already.
loans-register = Register the tablet
loans-registered = The tablet is in the stock.
loans-pupil = Pupil
loans-pupil-elsewhere = This person is not a pupil of the school.
loans-since = Since
loans-act = Action
loans-free = Available
loans-lend = Lend
loans-lend-title = Lend the tablet “{ $label }”
loans-lent = The tablet is lent.
loans-already-lent = The tablet is lent already, or this pupil has one.
loans-return = Take back
loans-returned = The tablet is back in the stock.
loans-class = Class
loans-class-show = Show its pupils
loans-choose = Choose…
loans-level = Level
loans-level-help = Loans are for these levels only.
loans-level-final_general = Final year, general or technological
loans-level-second_cap = Second year of the CAP
loans-level-first_vocational = First vocational year
loans-level-final_vocational = Final vocational year
loans-ask-title = Ask the Region for tablets
loans-ask-lead = The Region delivers within its own stock. One request at a time.
loans-quantity = Number of tablets
loans-reason = Reason
loans-reason-help = How many pupils are waiting, and at which levels. No pupils’ names.
loans-ask = Send the request
loans-asked = The request is sent to the Region.
loans-requests-own = Requests to the Region
loans-requests-title = Requests for tablets
loans-requests-none = No school has made a request.
loans-request-of = { $count ->
    [one] One tablet asked for
   *[other] { $count } tablets asked for
  }
loans-request-pending = Waiting
loans-request-granted = Granted
loans-request-refused = Refused
loans-request-waiting = The school has a request waiting already.
loans-request-decided = This request has its answer already.
loans-request-answer = { $count ->
    [0] Refused by the Region:
    [one] One tablet granted:
   *[other] { $count } tablets granted:
  }
loans-left = { $count ->
    [0] The Region has no tablet left to deliver.
    [one] The Region can deliver one more tablet.
   *[other] The Region can deliver { $count } more tablets.
  }
loans-granted = Number granted (0 refuses)
loans-granted-too-many = The Region can grant { $max } at most.
loans-answer = Answer to the school
loans-decide = Answer
loans-decided = The answer is recorded.
loans-field-required = This field must be filled in.
loans-field-choose = Choose from the list.
loans-field-too-long = At most { $max } characters.
loans-field-number = A number from { $min } to { $max }.

# In the journal
subject-loans = Request for tablets
subject-loans-tablet = Tablet
act-loans-tablet-registered = Tablet registered
act-loans-tablet-lent = Tablet lent
act-loans-tablet-returned = Tablet returned
act-loans-request-asked = Tablets asked of the Region
act-loans-request-decided = Request for tablets decided
changed-loans-state-pending = Waiting
changed-loans-state-granted = Granted
changed-loans-state-refused = Refused
changed-loans-granted = Tablets granted
changed-loans-answer = Answer

# Settings, jobs and personal data
settings-loans = Tablet loans
setting-loans-most-requested = Tablets per request
setting-loans-most-requested-help = At most, for one school.
setting-loans-keep-loans = Keeping of ended loans (in days)
setting-loans-keep-loans-help = 0 keeps them for ever.
job-loans-ended = Forgetting loans that ended long ago
privacy-loans = Tablet loans. Erasure removes ended loans; one that goes on stays until the tablet is back.
role-loans-decider = Tablet loans (Region)
