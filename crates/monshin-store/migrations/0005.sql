-- Lists and letters go through the cases of a survey by the ids of their units, whatever their wave.
CREATE INDEX case_by_unit ON survey_case (survey, unit);
