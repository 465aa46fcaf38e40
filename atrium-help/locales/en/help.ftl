# Words of the online help.

help-feed-title = What changes in the help
help-home-title = Help
help-home-description = All that { PRODUCT() } does, service by service.
help-home-lead = Each service of { PRODUCT() }, explained: what it is for, who has it, what to check when it does not work.
help-home-more = { $count ->
    [0] All the help
    [one] One article
   *[other] The { $count } articles of the help
}
help-home-useful = Most useful
help-home-recent = Updated
help-article-count = { $count ->
    [0] No article
    [one] One article
   *[other] { $count } articles
}
help-home-empty = The help has no article yet.
help-home-services = Services
help-home-collections = Landmarks and procedures

help-service-articles = Articles
help-service-sections = Sections
help-service-more = { $count ->
    [one] One more article can be found by searching.
   *[other] { $count } more articles can be found by searching.
}
help-service-empty = No article is about this service yet.
help-service-open = Open { $service }
help-service-not-available = This service is not offered in your school.
help-service-elsewhere = About this service

help-toc = In this article
help-for-whom = For:
help-updated = Updated
help-reader-note = You are reading this page as: { $profiles }.
help-nav-accessibility = Accessibility
help-review-due = The review date of this article has passed: some points may have changed.
help-reader-choice = Read the page as:
help-sequence = Neighbouring articles
help-previous = Previous article
help-next = Next article

help-feedback-question = Did this article help you?
help-feedback-yes = Yes
help-feedback-no = No
help-feedback-yes-send = Yes, send
help-feedback-no-send = No, send
help-french-only = This article exists in French only.
help-feedback-more = Add a comment
help-feedback-comment = Comment
help-feedback-comment-help = Say what is missing or unclear. Write no name and no password.
help-feedback-choose = First say whether the article helped you: yes or no.
help-feedback-thanks = Thank you for your answer.
help-feedback-thanks-more = It helps to correct and complete the help.

## Passages for some readers

help-trait-manuels-numeriques = schools that joined the digital textbooks
help-trait-sans-manuels-numeriques = schools without digital textbooks
help-block-service = schools that have { $service }
help-block-some = some readers

help-step-content-title = Check the content of the help
help-step-content-text = The help of { PRODUCT() } comes with the platform. Articles of your own are added with the command “help sync”.
help-step-content-do = See the help, which is still empty
help-step-content-done = Read the help

## Readers’ opinions

help-manage-opinions = Opinions on the help
help-opinions-title = Opinions on the help
help-opinions-lead = What readers thought of the articles. The newest opinions first; nobody is named.
help-opinions-link = Read the opinions on this article
help-opinions-article = See the article
help-opinions-filter = Opinions
help-opinions-all = All opinions
help-opinions-with-comment = With a comment
help-opinions-not-useful-only = Article not found useful
help-opinions-none = No opinion here.
help-opinions-newest = Last opinion on
help-opinions-useful = { $count ->
    [0] No favourable opinion
    [one] Useful to one reader
   *[other] Useful to { $count } readers
}
help-opinions-not-useful = { $count ->
    [0] No unfavourable opinion
    [one] Not useful to one reader
   *[other] Not useful to { $count } readers
}
help-opinion-useful = Useful
help-opinion-not-useful = Not useful
help-manage-opinions-summary = What readers thought of the articles.

# The settings of the help
settings-help = Help
setting-help-recent = Recent articles on the help’s first page
setting-help-recent-help = The number of articles changed of late.
setting-help-useful = Useful articles on the help’s first page
setting-help-useful-help = The number of articles that readers find most useful.
setting-help-opinions-per-hour = Opinions per reader and hour
setting-help-opinions-per-hour-help = A school that shares an address counts as one reader who is not signed in.
setting-help-keep-opinions = Keeping of opinions (in days)
setting-help-keep-opinions-help = 0 keeps them for ever.
job-help-opinions = Forgetting old opinions
privacy-help = Opinions on articles. Erasure keeps them, without their author, to improve the articles.
role-help-author = Help author
role-help-reviewer = Help reviewer
search-kind-help = Help
