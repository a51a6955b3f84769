-- name: current_rules
SELECT version, rules FROM screening_rules ORDER BY version DESC LIMIT 1;
