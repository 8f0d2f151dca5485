; A car with 2 flat tyres, as in AgentBoard's instances.
(define (problem tyreworld-2)
  (:domain tyreworld)
  (:objects boot - container hub1 hub2 - hub nuts1 nuts2 - nut w1 r1 w2 r2 - wheel)
  (:init (unlocked boot) (closed boot) (in wrench boot) (in pump boot) (in jack boot)
    (intact r1) (in r1 boot) (not-inflated r1) (on w1 hub1) (on-ground hub1) (tight nuts1 hub1) (fastened hub1)
    (intact r2) (in r2 boot) (not-inflated r2) (on w2 hub2) (on-ground hub2) (tight nuts2 hub2) (fastened hub2))
  (:goal (and (inflated r1) (inflated r2) (on r2 hub2) (in w2 boot))))
