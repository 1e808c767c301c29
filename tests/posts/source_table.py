"""The table of paragraph 6.3 of the paper of 14 September 2016, tab-separated as Word and Excel put it on the clipboard."""

SOURCE_TABLE = """\
EXPENDITURE AS A RESULT OF OFSTED
\tFTE\t2016/17\t2017/18\tFull year\tP/work\tRec.\tComment
\t\t£'000\t£'000\t£'000\tComp\tto Post
PHASE ONE
Children's Social Care
Director ECHS\t1\t83\t200\t200\tYes\tYes\tFrom Nov 2016
Head of service\t1\t60\t90\t90\tYes\tYes
Safeguarding and Care Planning
DM Post\t1\t34\t52\t52\tYes\tYes
6 Advanced Practitioner Posts\t6\t207\t310\t310\tYes\t4 of 6
Referral and Assessment
2 Senior Practitioner Posts\t2\t64\t96\t96\tYes\tYes
Care and Resources
Group Manager Leaving Care team\t1\t43\t64\t64\tYes\tYes
Group Manager Special Guardianship\t1\t43\t64\t64\tYes\tYes
Group Manager Adoption\t1\t43\t64\t64\tYes\tYes
2 Social Work Assistant (Special Guardianship)\t2\t49\t74\t74\tYes\tYes
Quality Improvement Team
Administrator\t1\t20\t30\t30\tYes\tYes
Strategic and business support\t1\t32\t48\t-\tYes\tYes\t18 mth post
Child Protection Minute Taker\t1\t16\t24\t24\tNo\tYes
Child Protection Independent Chair\t1\t37\t55\t55\tNo\tYes
TOTAL PHASE ONE RESOURCES REQUESTED\t20\t731\t1,171\t1,123
PHASE TWO
6 Senior Practitioner roles\t6\t158\t288\t288\tNo\tYes\tFrom May 2016
Quality Audit Manager\t1\t60\t60\t60\tNo\tYes\tFrom Sept 2016
TOTAL PHASE TWO RESOURCES REQUESTED\t7\t218\t348\t348
PHASE THREE
Head of service\t1\t60\t90\t90\tNo\tNo\tFrom January 2017
Safeguarding and care planning - DM Post\t1\t13\t52\t52\tNo\tNo\tFrom January 2017
Safeguarding and care planning - 3 social workers\t3\t10\t123\t123\tNo\tNo\tFrom January 2017
Recruitment and retention of social workers from 2017/18\t\t-\t300\t300\tNo\tn/a
Quality Audits\t\t38\t150\t150\tNo\tNo\tFrom January 2017
Commissioning - Placement Officer\t1\t10\t40\t40\tNo\tNo\tFrom January 2017
Commissioning - Monitoring Officer\t1\t10\t40\t40\tNo\tNo\tFrom January 2017
TOTAL PHASE THREE RESOURCES REQUESTED\t7\t141\t795\t795
TOTAL RESOURCES REQUESTED\t34\t1,090\t2,314\t2,266
"""
